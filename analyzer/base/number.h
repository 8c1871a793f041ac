#ifndef FORENSICS_BASE_NUMBER_H
#define FORENSICS_BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* Strict and locale-free: the whole of s must be the number, no blanks, no
 * sign where none is allowed, overflow is refused.  *out is untouched on
 * failure. */
bool num_u64(struct str s, uint64_t *out);   /* decimal digits only */
bool num_i64(struct str s, int64_t *out);    /* optional '-' or '+' */
bool num_hex(struct str s, uint64_t *out);   /* with or without 0x */
/* [-+]digits[.digits][e[-+]digits], to the nearest double; never inf or nan.
 * More than 1,000 characters with more than 19 digits are refused. */
bool num_double(struct str s, double *out);

/* "2.00 GiB", "512MiB", "80k", "30 %", "1.5M", "30s", "5m", "2h", "1d", "250ms":
 * a number with an optional unit, in base units (bytes, seconds, plain; % is
 * 0.01).  KiB/MiB/GiB/TiB and Kubernetes' Ki/Mi/Gi/Ti are powers of 1024; k/M/G/T
 * powers of 1000; kB/KB/MB/GB/TB as the kernel, NVIDIA and PyTorch print them are
 * powers of 1024.  `m` is minutes. */
bool num_with_unit(struct str s, double *out);

#endif /* FORENSICS_BASE_NUMBER_H */
