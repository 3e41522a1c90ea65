#define _GNU_SOURCE
#include "CLinuxFiles.h"
#include <errno.h>
#include <fcntl.h>

int clinux_reserve(int file, int64_t offset, int64_t length) {
    return fallocate(file, FALLOC_FL_KEEP_SIZE, offset, length) == 0 ? 0 : errno;
}
