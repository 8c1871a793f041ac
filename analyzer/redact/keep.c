/* What is kept, and why.  A name that everybody has tells nobody's; replacing it would only make the log unreadable, and
 * some of these words are what parsers and rules look for. */
#include "redact/redact_priv.h"

#define ANY 0xffffffffu
#define OF(c) (1u << REDACT_##c)
#define K8S (OF(NAMESPACE) | OF(WORKLOAD))

static const char every_machine[] = "what machines call themselves that nobody named";
static const char every_system[] = "an account or group that every system has";
static const char every_image[] = "the account that images of the clouds make";
static const char word_of_logs[] = "a word of logs: as a name it cannot be told from the word";
static const char of_kubernetes[] = "made by Kubernetes, its providers or NVIDIA's operator";
static const char kind_of_resource[] = "a type, not a name";
static const char model[] = "the public name of a model";

static const struct { unsigned classes; const char *words, *why; } kept_words[] = {
	{ ANY, " localhost localdomain none unknown null default ip6-localhost ip6-loopback debian fedora centos linux host hostname ", every_machine },
	{ ANY, " root nobody daemon bin sys sync mail man proxy backup syslog messagebus sshd systemd systemd-network systemd-resolve systemd-timesync "
	       "www-data nogroup adm kernel polkitd tcpdump landscape uuidd tss lxd _apt nvidia-persistenced _chrony chrony dnsmasq ntp gdm operator "
	       "admin administrator adminuser administrators system sudo wheel nologin public shared guest ", every_system },
	{ ANY, " ubuntu azureuser ec2-user cloud-user opc user username users azure aws google nvidia ", every_image },
	{ ANY, " gpu cpu node nodes server client master worker controller agent error errors warning warnings info debug fatal panic failed failure "
	       "success started stopped starting stopping running pending ready true false start stop restart reboot service services test tests main memory disk network "
	       "training train inference model models data cache tmp home log logs job jobs pod pods container containers cluster api app apps web prod dev staging "
	       "production development monitoring logging metrics from for with and the not user_id last message repeated time status state type name "
	       "nccl cuda torch python pytorch vllm triton ray slurm docker containerd kubelet systemd-logind apt dpkg cron nvrm xid events event ", word_of_logs },
	{ K8S, " kube-system kube-public kube-node-lease gpu-operator nvidia-gpu-operator gatekeeper-system calico-system tigera-operator cert-manager "
	       "ingress-nginx istio-system coredns metrics-server konnectivity-agent kubernetes node-feature-discovery ", of_kubernetes },
	{ OF(RESOURCE) | OF(USER), " providers resourcegroups subscriptions extensions locations microsoft providers deployments virtualmachines accounts ",
	  kind_of_resource },
};

static const struct { unsigned classes; const char *head, *why; } kept_heads[] = {
	{ K8S, "nvidia-", of_kubernetes }, { K8S, "kube-", of_kubernetes }, { K8S, "dcgm-", of_kubernetes }, { K8S, "csi-", of_kubernetes },
	{ K8S, "azure-", of_kubernetes }, { K8S, "cloud-node-manager", of_kubernetes }, { K8S, "ama-", of_kubernetes }, { K8S, "coredns-", of_kubernetes },
	{ K8S, "calico-", of_kubernetes }, { K8S, "gpu-feature-discovery", of_kubernetes }, { K8S, "gpu-operator-", of_kubernetes },
	{ K8S, "gpt-", model }, { K8S, "o1", model }, { K8S, "o3", model }, { K8S, "o4", model }, { K8S, "text-embedding-", model }, { K8S, "whisper", model },
	{ K8S, "dall-e", model }, { K8S, "llama", model }, { K8S, "phi-", model }, { K8S, "mistral", model }, { K8S, "deepseek", model },
	{ OF(RESOURCE), "microsoft.", kind_of_resource },
};

const char *redact_kept(enum redact_class c, struct str name)
{
	char low[REDACT_NAME + 2] = " ";

	if (name.n > REDACT_NAME)
		return NULL;
	for (size_t i = 0; i < name.n; i++)
		low[i + 1] = to_lower(name.p[i]);
	low[name.n + 1] = ' ';
	for (size_t i = 0; i < sizeof(kept_words) / sizeof(kept_words[0]); i++)
		if (kept_words[i].classes & 1u << c && str_has(str_of(kept_words[i].words), (struct str){ low, name.n + 2 }))
			return kept_words[i].why;
	for (size_t i = 0; i < sizeof(kept_heads) / sizeof(kept_heads[0]); i++)
		if (kept_heads[i].classes & 1u << c && str_istarts(name, str_of(kept_heads[i].head)))
			return kept_heads[i].why;
	return NULL;
}

const char *redact_role(struct str name)
{
	static const char *const roles[] = { "train", "finetune", "fine-tune", "batch", "eval", "launcher", "worker", "master", "job" };

	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (str_ifind(name, str_of(roles[i])) < name.n)
			return roles[i];
	return NULL;
}

/* Where packages, images, models and documentation come from, and names that mean "here". */
bool redact_public_domain(struct str name)
{
	static const char *const domains[] = {
		"cluster.local", "ec2.internal", "example.com", "example.org", "example.net", "ubuntu.com", "canonical.com", "debian.org",
		"launchpad.net", "snapcraft.io", "nvidia.com", "kernel.org", "github.com", "githubusercontent.com", "github.io", "gitlab.com", "python.org", "pypi.org",
		"pythonhosted.org", "pytorch.org", "tensorflow.org", "huggingface.co", "hf.co", "docker.io", "docker.com", "quay.io", "gcr.io", "ghcr.io", "nvcr.io", "k8s.io",
		"kubernetes.io", "pkg.dev", "microsoft.com", "azure.com", "azure.net", "azurecr.io", "azmk8s.io", "windows.net", "azure.us", "cloudapp.net", "microsoftonline.com", "office.com", "aka.ms",
		"amazonaws.com", "google.com", "googleapis.com", "openai.com", "anthropic.com", "w3.org", "ietf.org", "json-schema.org", "schemas.org", "redhat.com", "fedoraproject.org",
		"anaconda.com", "anaconda.org", "readthedocs.io", "readthedocs.org", "systemd.io", "freedesktop.org", "gnu.org", "apache.org", "mozilla.org", "openssh.com", "wandb.ai",
		"golang.org", "go.dev", "npmjs.org", "letsencrypt.org", "opencontainers.org", "cncf.io", "mlflow.org", "letsencrypt.com", "ntp.org", "vllm.ai", "ray.io",
	};

	if (str_chr(name, '.') == name.n) /* "internal", "local": somebody's only with a part before it */
		return true;
	for (size_t i = 0; i < sizeof(domains) / sizeof(domains[0]); i++) {
		struct str d = str_of(domains[i]);

		if (name.n >= d.n && str_ieq(str_from(name, name.n - d.n), d) && (name.n == d.n || name.p[name.n - d.n - 1] == '.'))
			return true;
	}
	return false;
}

size_t redact_service_suffix(struct str name)
{
	static const char *const suffixes[] = {
		".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com", ".blob.core.windows.net", ".file.core.windows.net",
		".queue.core.windows.net", ".table.core.windows.net", ".dfs.core.windows.net", ".vault.azure.net", ".azurecr.io", ".database.windows.net",
		".servicebus.windows.net", ".azmk8s.io", ".azure-api.net", ".azurewebsites.net", ".search.windows.net", ".redis.cache.windows.net",
		".documents.azure.com", ".inference.ml.azure.com", ".cloudapp.azure.com", ".s3.amazonaws.com",
	};

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		struct str d = str_of(suffixes[i]);

		if (name.n > d.n && str_ieq(str_from(name, name.n - d.n), d))
			return d.n;
	}
	return 0;
}
