#pragma once
#include <libwebsockets.h>
#include <stddef.h>
#include <stdint.h>

// libwebsockets as Network uses it: WebSockets only, on a foreign libuv loop, one callback with few kinds of event.
// Everything here belongs to the loop's thread.

/// What happened to a connection.
enum cws_kind {
    cws_connected,    // TCP is up (client)
    cws_handshake,    // the upgrade request is being written: add headers with cws_add_header (client)
    cws_answered,     // the answer's head has come; length = HTTP status (client)
    cws_body,         // bytes of a rejection's body, from inside cws_read_body
    cws_opened,       // the WebSocket is open (client and server)
    cws_received,     // a piece of a message; flags say which
    cws_writable,     // more can be sent
    cws_pong,         // a pong came
    cws_peer_closed,  // a close frame came: two bytes of code, then text
    cws_ended,        // closed after it was open
    cws_failed,       // failed before it was open; data = reason
    cws_destroyed,    // the last call for this connection
    cws_certificate,  // the peer's certificate was refused; flags = X509 error
    cws_extra_headers // the server's answer is being written; data = struct lws_process_html_args
};

enum { cws_binary = 1, cws_first = 2, cws_last = 4 };
enum { cws_headroom = LWS_PRE };

/// Non-zero closes the connection.
typedef int (*cws_handler)(enum cws_kind kind, struct lws *wsi, void *owner, void *data, size_t length, int flags);

/// A context on a running libuv loop. All logging is off. NULL when it cannot be made.
struct lws_context *cws_context(void *uv_loop, cws_handler handler, size_t buffer);
/// A host for client connections: system trust store plus `ca_file` (may be NULL), TLS 1.2 at least, no extensions
/// (with permessage-deflate 4.1.6 loops for ever on an uncompressed frame), no proxy.
struct lws_vhost *cws_client_host(struct lws_context *context, const char *ca_file);
/// A host for adopted server connections that speaks `protocol` (may be ""). The text is kept.
struct lws_vhost *cws_server_host(struct lws_context *context, const char *protocol);

/// Starts a client connection to a numeric address. NULL when it failed at once (the handler may have been told).
struct lws *cws_connect(struct lws_context *context, struct lws_vhost *host, const char *address, int port, int tls,
                        const char *target, const char *authority, const char *protocols, void *owner,
                        struct lws **out);
/// Hands an accepted socket, on which nothing has been read, to libwebsockets. NULL (and closed) on failure.
struct lws *cws_adopt(struct lws_vhost *host, int descriptor, void *owner);

/// Adds a header inside cws_handshake; `name` ends with a colon. Non-zero: no room.
int cws_add_header(struct lws *wsi, void *data, size_t length, const char *name, const char *value);
/// Appends raw text inside cws_extra_headers. Non-zero: no room.
int cws_append_header_text(void *data, const char *text);
/// Reads what has come of a rejection's body; the bytes arrive as cws_body.
void cws_read_body(struct lws *wsi);
/// Copies header number `index` of the answer ("name", value) into the buffers; 0 past the last, -1 to skip.
int cws_known_header(struct lws *wsi, int index, char *name, size_t name_size, char *value, size_t value_size);
/// Copies the value of a header by its lower-case name with colon; its length, or -1.
int cws_named_header(struct lws *wsi, const char *name, char *value, size_t value_size);

/// Sends one frame from `payload`, which has cws_headroom writable bytes before it and may be overwritten (masked).
/// opcode: 1 text, 2 binary, 8 close, 9 ping. (Debian's build calls close twice with libuv, which cuts libwebsockets'
/// own close handshake off before its frame is sent: close frames go through here.) What the socket does not take is
/// kept by libwebsockets. Non-zero: the connection is dead.
int cws_send(struct lws *wsi, uint8_t *payload, size_t length, int opcode);
/// Closes at once, telling the handler. Never from inside the handler.
void cws_kill(struct lws *wsi);
/// Closes and frees what libuv handles are left on the loop of a connection whose connect failed (libwebsockets forgets
/// its watcher there), or of every connection when `wsi` is NULL (only after the context is gone).
void cws_sweep(void *uv_loop, struct lws *wsi);

/// English for an X509 verification error.
const char *cws_certificate_error(int code);
#include "CTLS.h"
