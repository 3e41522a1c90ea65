#pragma once

/// accept4 with SOCK_NONBLOCK and SOCK_CLOEXEC: the new descriptor, or -1 with errno set. `address`: struct sockaddr.
int clinux_accept(int listener, void *address, unsigned int *length);
