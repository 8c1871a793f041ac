#include "redact/redact.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/map.h"
#include "unit.h"

/* What each test may count on. */
static struct redact *learned(struct str key)
{
	struct redact *r = redact_new(key);

	redact_general(r, STR("throttled"));
	redact_learn(r, REDACT_HOST, STR("gpu-vm-03.corp.northwind.test"));
	redact_learn(r, REDACT_HOST, STR("gpu-vm-03-spare"));
	redact_learn(r, REDACT_HOST, STR("bastion"));
	redact_learn(r, REDACT_HOST, STR("n1"));
	redact_learn(r, REDACT_HOST, STR("gpu-0"));
	redact_learn(r, REDACT_HOST, STR("aks-pool-12345678-vmss000003"));
	redact_learn(r, REDACT_WORKLOAD, STR("crashpod"));
	redact_learn(r, REDACT_HOST, STR("localhost"));
	redact_learn(r, REDACT_HOST, STR("throttled"));
	redact_learn(r, REDACT_HOST, STR("10.1.2.3"));
	redact_learn(r, REDACT_NAMESPACE, STR("kube-system"));
	redact_learn(r, REDACT_NAMESPACE, STR("ml-team"));
	redact_learn(r, REDACT_WORKLOAD, STR("chat-llm"));
	redact_learn(r, REDACT_WORKLOAD, STR("nvidia-device-plugin-daemonset"));
	redact_learn(r, REDACT_WORKLOAD, STR("pretraining-7b"));
	redact_learn(r, REDACT_SERIAL, STR("1650523012345"));
	return r;
}

static void rewritten(struct redact *r, struct str text, struct buf *out)
{
	buf_reset(out);
	redact_begin(r);
	redact_text(r, text, out);
}

struct text_case { const char *in, *out; };

static const struct text_case texts[] = {
	/* whole words, the longest, in any case, as part of other names */
	{ "gpu-vm-03 up", "host01 up" },
	{ "GPU-VM-03 Gpu-vm-03", "HOST01 host01" },
	{ "gpu-vm-03-spare gpu-vm-03", "host01 host02" },
	{ "gpu-vm-031 xgpu-vm-03 gpu-vm-03x", "gpu-vm-031 xgpu-vm-03 gpu-vm-03x" },
	{ "gpu-vm-03.corp.northwind.test:9100", "host01.dom01.example:9100" },
	{ "/var/log/gpu-vm-03/syslog-gpu-vm-03.txt", "/var/log/host01/syslog-host01.txt" },
	{ "bastion bastions bastion-host re_bastion", "host01 bastions bastion-host re_bastion" },
	{ "n1 localhost throttled kube-system", "n1 localhost throttled kube-system" },
	{ "ml-team/chat-llm-58b7d9c6f4-t6q9m", "ns01/app01-58b7d9c6f4-t6q9m" },
	{ "nvidia-device-plugin-daemonset-k4wzq", "nvidia-device-plugin-daemonset-k4wzq" },
	{ "pretraining-7b-0", "train-app01-0" },
	{ "crashpod crashpod-6d8f9c7b5-bcdfg crashpod-like", "app01 app01-6d8f9c7b5-bcdfg crashpod-like" },
	{ "aks-pool-12345678-vmss000003 aks-pool-12345678-vmss_3 gpu-0", "aks-res01-vmss000003 aks-res01-vmss_3 gpu-0" },
	/* escapes before a word */
	{ "\"a\\ngpu-vm-03\\tbastion\"", "\"a\\nhost01\\thost02\"" },
	{ "a%2Fgpu-vm-03%2Fb \\u001bgpu-vm-03 \033[31mgpu-vm-03\033[0m", "a%2Fhost01%2Fb \\u001bhost01 \033[31mhost01\033[0m" },
	{ "C:\\\\ngpu-vm-03", "C:\\\\ngpu-vm-03" },
	/* addresses */
	{ "from 10.1.2.3:80 to 8.8.8.8, 10.1.2.3/24", "from 10.0.0.1:80 to 198.18.0.2, 10.0.0.1/24" },
	{ "127.0.0.1 0.0.0.0 255.255.255.0 169.254.169.254 168.63.129.16", "127.0.0.1 0.0.0.0 255.255.255.0 169.254.169.254 168.63.129.16" },
	{ "nvidia-cublas-cu12 12.4.5.8", "nvidia-cublas-cu12 12.4.5.8" },
	{ "libx 12.4.5.8-1 v1.2.3.4 1.2.3.4.5 1.2.3.400 01.2.3.4", "libx 12.4.5.8-1 v1.2.3.4 1.2.3.4.5 1.2.3.400 01.2.3.4" },
	{ "at 10.1.2.3.", "at 10.0.0.1." },
	{ "[2603:10a0::5]:443 2603:10A0:0:0:0:0:0:5 ::1 ::", "[2001:db8::0:0:1]:443 2001:db8::0:0:1 ::1 ::" },
	{ "fe80::215:5dff:fe00:102%eth0", "fe80::0:0:1%eth0" },
	{ "::ffff:10.1.2.3", "::ffff:10.0.0.1" },
	{ "std::abc a::b c10d::dead 12:34:56 0000:3b:00.0", "std::abc a::b c10d::dead 12:34:56 0000:3b:00.0" },
	{ "00:15:5d:00:01:02 00-15-5D-00-01-02", "02:00:00:00:00:01 02-00-00-00-00-01" },
	{ "ff:ff:ff:ff:ff:ff 26-03-16-09-10-00", "ff:ff:ff:ff:ff:ff 26-03-16-09-10-00" },
	/* ids */
	{ "GPU-5b1f0d3c-1111-2222-3333-0123456789ab", "GPU-00000001-0000-4000-a000-000000000001" },
	{ "5B1F0D3C-1111-2222-3333-0123456789AB 5b1f0d3c1111222233330123456789ab",
	  "00000001-0000-4000-A000-000000000001 0000000100004000a000000000000001" },
	{ "kubepods-pod5b1f0d3c_1111_2222_3333_0123456789ab.slice", "kubepods-pod00000001_0000_4000_a000_000000000001.slice" },
	{ "00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000000" },
	{ "Serial Number : 1650523012345", "Serial Number : 0000000000001" },
	/* mail, and what only looks like it */
	{ "eva@northwind.test, Eva@Northwind.test", "mail01@example.com, mail01@example.com" },
	{ "getty@tty1.service curve25519-sha256@libssh.org root@gpu-vm-03", "getty@tty1.service curve25519-sha256@libssh.org root@host01" },
	/* secrets */
	{ "Authorization: Bearer abcd1234efgh", "Authorization: Bearer REDACTED01" },
	{ "key sk-proj-abcdefghij0123456789 sk-short", "key sk-REDACTED01 sk-short" },
	{ "?sv=1&sig=a%2Bb%3D&se=2", "?sv=1&sig=REDACTED01&se=2" },
	{ "AccountName=x;AccountKey=Zm9v+/mFy==;E=y", "AccountName=x;AccountKey=REDACTED01;E=y" },
	{ "postgres://bob:p%40ss@db/x https://h/a@b", "postgres://user01:REDACTED01@db/x https://h/a@b" },
	{ "{\"password\": \"two words\",\"n\":1}", "{\"password\": \"REDACTED01\",\"n\":1}" },
	{ "{\\\"api_key\\\":\\\"abc123\\\"}", "{\\\"api_key\\\":\\\"REDACTED01\\\"}" },
	{ "\"api_key\":\n  \"abc123\"\n", "\"api_key\":\n  \"REDACTED01\"\n" },
	{ "HF_TOKEN=abcdef123 PWD=/home max_tokens: 4096", "HF_TOKEN=REDACTED01 PWD=/home max_tokens: 4096" },
	{ "password: authentication failed for it", "password: authentication failed for it" },
	{ "token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdefgh x", "token REDACTED01 x" },
	{ "-----BEGIN RSA PRIVATE KEY-----\nProc\nMIIEabcd+/=\nab==\n-----END RSA PRIVATE KEY-----\nnext\n",
	  "-----BEGIN RSA PRIVATE KEY-----\nREDACTED\nREDACTED\nREDACTED\n-----END RSA PRIVATE KEY-----\nnext\n" },
	{ "\"-----BEGIN PRIVATE KEY-----\\nMIIE\\nab==\\n-----END PRIVATE KEY-----\\n\", bastion",
	  "\"-----BEGIN PRIVATE KEY-----\\nREDACTED\\nREDACTED\\n-----END PRIVATE KEY-----\\n\", host01" },
	{ "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----" },
	{ "-----BEGIN CERTIFICATE-----\nMIIE\n", "-----BEGIN CERTIFICATE-----\nMIIE\n" },
	/* a column stays below its head */
	{ "gpu-vm-03-spare   Ready    gpu", "host01            Ready    gpu" },
};

START_TEST(rewrites)
{
	const struct text_case *c = &texts[_i];
	struct redact *r = learned(STR_NONE);
	struct buf out;

	buf_init(&out, LIMIT_LINE);
	rewritten(r, str_of(c->in), &out);
	ck_assert_str_eq(buf_cstr(&out), c->out);
	buf_done(&out);
	redact_free(r);
}
END_TEST

START_TEST(a_path_has_names_and_no_mail)
{
	struct redact *r = learned(STR_NONE);
	struct buf out;

	buf_init(&out, LIMIT_LINE);
	redact_path(r, STR("gpu-vm-03/dmesg@gpu-vm-03.corp.northwind.test.txt"), &out);
	ck_assert_str_eq(buf_cstr(&out), "host01/dmesg@host01.dom01.example.txt");
	buf_done(&out);
	redact_free(r);
}
END_TEST

static const struct text_case announced[] = {
	{ "/home/maria/run ran by maria", "/home/user01/run ran by user01" },
	{ "Requested-By: maria (1000)", "Requested-By: user01 (1000)" },
	{ "/home/ubuntu root user=1000", "/home/ubuntu root user=1000" },
	{ "/subscriptions/x/resourceGroups/nw-rg/providers/Microsoft.Compute/virtualMachines/nw-vm NW-RG",
	  "/subscriptions/x/resourceGroups/res01/providers/Microsoft.Compute/virtualMachines/res02 RES01" },
	{ "/providers/Microsoft.Insights/metrics/Requests", "/providers/Microsoft.Insights/metrics/Requests" },
	{ "https://nw-chat.openai.azure.com/x", "https://res01.openai.azure.com/x" },
	{ "https://vllm.northwind.test/v1 northwind.test", "https://vllm.dom01.example/v1 dom01.example" },
	{ "https://pypi.org/x https://a.shop.co.uk/", "https://pypi.org/x https://a.dom01.example/" },
	{ "Serial Number   : S64ANS0X", "Serial Number   : SN000001" },
	{ "a host01 of theirs, /home/host01x /home/user01", "a host01 of theirs, /home/user02 /home/user03" },
};

START_TEST(learns_what_text_announces)
{
	const struct text_case *c = &announced[_i];
	struct redact *r = redact_new(STR_NONE);
	struct buf out;

	buf_init(&out, LIMIT_LINE);
	redact_observe(r, str_of(c->in));
	rewritten(r, str_of(c->in), &out);
	ck_assert_str_eq(buf_cstr(&out), c->out);
	buf_done(&out);
	redact_free(r);
}
END_TEST

START_TEST(a_key_decides_not_the_order)
{
	struct redact *a = learned(STR("a key of some length")), *b = learned(STR("a key of some length")), *c = learned(STR("another key, as long"));
	struct buf x, y, z;
	size_t cut;

	buf_init(&x, LIMIT_LINE);
	buf_init(&y, LIMIT_LINE);
	buf_init(&z, LIMIT_LINE);
	rewritten(a, STR("bastion 10.1.2.3"), &x);
	rewritten(b, STR("10.9.9.9 gpu-vm-03"), &y);
	rewritten(b, STR("bastion 10.1.2.3"), &y);
	rewritten(c, STR("bastion 10.1.2.3"), &z);
	ck_assert(str_eq(buf_str(&x), buf_str(&y)));
	ck_assert(!str_eq(buf_str(&x), buf_str(&z)));
	cut = str_chr(buf_str(&x), ' ');
	ck_assert(str_starts(buf_str(&x), STR("host")) && cut == 12);
	ck_assert(str_starts(str_from(buf_str(&x), cut + 1), STR("10.")));
	buf_done(&x);
	buf_done(&y);
	buf_done(&z);
	redact_free(a);
	redact_free(b);
	redact_free(c);
}
END_TEST

/* 3,000 in a range of 131,072: by their hash alone some would meet. */
START_TEST(pseudonyms_never_meet)
{
	struct redact *r = redact_new(STR("a key of some length"));
	struct arena *a = arena_new();
	struct map *seen = map_new();
	struct str original, pseudonym;
	struct buf out;

	buf_init(&out, LIMIT_LINE);
	for (unsigned i = 0; i < 3000; i++)
		rewritten(r, arena_printf(a, "52.%u.%u.9", i / 200, i % 200), &out);
	ck_assert_uint_eq(redact_count(r, REDACT_IPV4), 3000);
	for (size_t i = 0; i < 3000; i++) {
		redact_pair(r, REDACT_IPV4, i, &original, &pseudonym);
		ck_assert(map_find(seen, pseudonym) == MAP_NONE);
		map_put(seen, pseudonym);
	}
	ck_assert_uint_gt(redact_clashes(r), 0);
	buf_done(&out);
	map_free(seen);
	arena_free(a);
	redact_free(r);
}
END_TEST

START_TEST(a_key_that_a_log_writes_line_by_line)
{
	struct redact *r = redact_new(STR_NONE);
	struct buf out;

	buf_init(&out, LIMIT_LINE);
	rewritten(r, STR("app: -----BEGIN PRIVATE KEY-----\n"), &out);
	redact_text(r, STR("app: MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\nother line\n"), &out);
	redact_text(r, STR("app: -----END PRIVATE KEY-----\nQUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9w\n"), &out);
	ck_assert_str_eq(buf_cstr(&out), "app: -----BEGIN PRIVATE KEY-----\napp: REDACTED\nother line\napp: -----END PRIVATE KEY-----\n"
				     "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9w\n");
	buf_done(&out);
	redact_free(r);
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, rewrites, texts);
	tcase_add_test(tc, a_path_has_names_and_no_mail);
	LOOP(tc, learns_what_text_announces, announced);
	tcase_add_test(tc, a_key_decides_not_the_order);
	tcase_add_test(tc, pseudonyms_never_meet);
	tcase_add_test(tc, a_key_that_a_log_writes_line_by_line);
}

TEST_MAIN("redact", add)
