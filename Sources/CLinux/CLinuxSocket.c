#define _GNU_SOURCE 1
#include "CLinuxSocket.h"
#include <sys/socket.h>

int clinux_accept(int listener, void *address, unsigned int *length) {
    return accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}
