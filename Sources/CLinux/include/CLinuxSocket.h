#pragma once
#include <sys/socket.h>

/// accept4 with SOCK_NONBLOCK and SOCK_CLOEXEC: the new descriptor, or -1 with errno set.
int clinux_accept(int listener, struct sockaddr *address, socklen_t *length);
