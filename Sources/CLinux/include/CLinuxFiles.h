#pragma once
#include <stdint.h>

/// Reserves room behind `offset` without changing the size (FALLOC_FL_KEEP_SIZE). Returns 0 or an errno value.
int clinux_reserve(int file, int64_t offset, int64_t length);
