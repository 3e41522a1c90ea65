#include "CWebSockets.h"
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

static cws_handler handler;
static size_t buffer_size;

static void no_log(int level, const char *line) {
    (void)level;
    (void)line;
}

static int tell(enum cws_kind kind, struct lws *wsi, void *data, size_t length, int flags) {
    void *owner = wsi ? lws_get_opaque_user_data(wsi) : NULL;
    return owner ? handler(kind, wsi, owner, data, length, flags) : 0;
}

static int received(struct lws *wsi, void *data, size_t length) {
    int flags = lws_frame_is_binary(wsi) ? cws_binary : 0;
    if (lws_is_first_fragment(wsi)) flags |= cws_first;
    if (lws_is_final_fragment(wsi)) flags |= cws_last;
    return tell(cws_received, wsi, data, length, flags);
}

static int certificate(struct lws *wsi, X509_STORE_CTX *store, int accepted) {
    if (!accepted) tell(cws_certificate, wsi, NULL, 0, X509_STORE_CTX_get_error(store));
    return 0;
}

static int on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *data, size_t length) {
    switch (reason) {
    case LWS_CALLBACK_CLIENT_RECEIVE:
    case LWS_CALLBACK_RECEIVE: return received(wsi, data, length);
    case LWS_CALLBACK_CLIENT_WRITEABLE:
    case LWS_CALLBACK_SERVER_WRITEABLE: return tell(cws_writable, wsi, NULL, 0, 0);
    case LWS_CALLBACK_CLIENT_RECEIVE_PONG:
    case LWS_CALLBACK_RECEIVE_PONG: return tell(cws_pong, wsi, data, length, 0);
    case LWS_CALLBACK_WSI_CREATE: return tell(cws_connected, wsi, NULL, 0, 0);
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER: return tell(cws_handshake, wsi, data, length, 0);
    case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP:
        return tell(cws_answered, wsi, NULL, lws_http_client_http_response(wsi), 0);
    case LWS_CALLBACK_RECEIVE_CLIENT_HTTP_READ: return tell(cws_body, wsi, data, length, 0);
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
    case LWS_CALLBACK_ESTABLISHED: return tell(cws_opened, wsi, NULL, 0, 0);
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE: return tell(cws_peer_closed, wsi, data, length, 0);
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR: return tell(cws_failed, wsi, data, length, 0);
    case LWS_CALLBACK_CLOSED_CLIENT_HTTP: return tell(cws_failed, wsi, NULL, 0, 0);
    case LWS_CALLBACK_CLIENT_CLOSED:
    case LWS_CALLBACK_CLOSED: return tell(cws_ended, wsi, NULL, 0, 0);
    case LWS_CALLBACK_WSI_DESTROY: return tell(cws_destroyed, wsi, NULL, 0, 0);
    case LWS_CALLBACK_ADD_HEADERS: return tell(cws_extra_headers, wsi, data, length, 0);
    case LWS_CALLBACK_OPENSSL_PERFORM_SERVER_CERT_VERIFICATION: return certificate(wsi, user, (int)length);
    case LWS_CALLBACK_OPENSSL_LOAD_EXTRA_CLIENT_VERIFY_CERTS:
        if (user) SSL_CTX_set_min_proto_version(user, TLS1_2_VERSION);
        return 0;
    case LWS_CALLBACK_EVENT_WAIT_CANCELLED: return 0;
    default: return lws_callback_http_dummy(wsi, reason, user, data, length);
    }
}

struct lws_context *cws_context(void *uv_loop, cws_handler given, size_t buffer) {
    void *loops[1] = {uv_loop};
    struct lws_context_creation_info info;
    memset(&info, 0, sizeof info);
    handler = given;
    buffer_size = buffer;
    lws_set_log_level(0, no_log);
    info.port = CONTEXT_PORT_NO_LISTEN;
    info.uid = -1;
    info.gid = -1;
    info.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    info.foreign_loops = loops;
    info.pt_serv_buf_size = (unsigned int)buffer + 1024;
    info.max_http_header_data = 16384;
    info.max_http_header_pool = 1024;
    info.timeout_secs = 120;
    return lws_create_context(&info);
}

static struct lws_vhost *make_host(struct lws_context *context, const char *name, const char *protocol,
                                   struct lws_context_creation_info *info) {
    // Kept for the life of the context; freed with the process's memory of it (lws_context_destroy keeps a pointer).
    struct lws_protocols *protocols = calloc(2, sizeof *protocols);
    if (!protocols) return NULL;
    protocols[0].name = protocol;
    protocols[0].callback = on_event;
    protocols[0].rx_buffer_size = buffer_size;
    protocols[0].tx_packet_size = 1 << 20;
    info->protocols = protocols;
    info->vhost_name = name;
    info->uid = -1;
    info->gid = -1;
    info->connect_timeout_secs = 120;
    info->timeout_secs = 120;
    info->http_proxy_address = "";
    struct lws_vhost *host = lws_create_vhost(context, info);
    if (!host) free(protocols);
    return host;
}

struct lws_vhost *cws_client_host(struct lws_context *context, const char *ca_file) {
    struct lws_context_creation_info info;
    memset(&info, 0, sizeof info);
    info.port = CONTEXT_PORT_NO_LISTEN;
    info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    info.client_ssl_ca_filepath = ca_file;
    return make_host(context, "client", "links", &info);
}

struct lws_vhost *cws_server_host(struct lws_context *context, const char *protocol) {
    struct lws_context_creation_info info;
    memset(&info, 0, sizeof info);
    info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
    char *kept = strdup(protocol);
    struct lws_vhost *host = kept ? make_host(context, kept, kept, &info) : NULL;
    if (!host) free(kept);
    return host;
}

struct lws *cws_connect(struct lws_context *context, struct lws_vhost *host, const char *address, int port, int tls,
                        const char *target, const char *authority, const char *protocols, void *owner,
                        struct lws **out) {
    struct lws_client_connect_info info;
    memset(&info, 0, sizeof info);
    info.context = context;
    info.vhost = host;
    info.address = address;
    info.port = port;
    info.ssl_connection = tls ? LCCSCF_USE_SSL : 0;
    info.path = target;
    info.host = authority;
    info.protocol = protocols;
    info.local_protocol_name = "links";
    info.alpn = "http/1.1";
    info.opaque_user_data = owner;
    info.pwsi = out;
    return lws_client_connect_via_info(&info);
}

struct lws *cws_adopt(struct lws_vhost *host, int descriptor, void *owner) {
    struct lws *wsi = lws_adopt_socket_vhost(host, descriptor);
    if (wsi) lws_set_opaque_user_data(wsi, owner);
    return wsi;
}

int cws_add_header(struct lws *wsi, void *data, size_t length, const char *name, const char *value) {
    unsigned char **position = data;
    return lws_add_http_header_by_name(wsi, (const unsigned char *)name, (const unsigned char *)value,
                                       (int)strlen(value), position, *position + length);
}

int cws_append_header_text(void *data, const char *text) {
    struct lws_process_html_args *args = data;
    size_t length = strlen(text);
    if ((size_t)args->max_len < length + 8) return 1;
    memcpy(args->p, text, length);
    args->p += length;
    args->max_len -= (int)length;
    return 0;
}

void cws_read_body(struct lws *wsi) {
    char bytes[LWS_PRE + 4096];
    char *position = bytes + LWS_PRE;
    int length = 4096;
    if (lws_http_client_read(wsi, &position, &length) < 0) return;
}

int cws_known_header(struct lws *wsi, int index, char *name, size_t name_size, char *value, size_t value_size) {
    if (index >= WSI_TOKEN_COUNT) return 0;
    const unsigned char *token = lws_token_to_string((enum lws_token_indexes)index);
    int length = lws_hdr_total_length(wsi, (enum lws_token_indexes)index);
    if (!token || length <= 0 || (size_t)length >= value_size) return -1;
    size_t token_length = strlen((const char *)token);
    if (token_length < 2 || token[token_length - 1] != ':' || token[0] == ':' || token_length > name_size) return -1;
    if (lws_hdr_copy(wsi, value, (int)value_size, (enum lws_token_indexes)index) < 0) return -1;
    memcpy(name, token, token_length - 1);
    name[token_length - 1] = 0;
    return 1;
}

int cws_named_header(struct lws *wsi, const char *name, char *value, size_t value_size) {
    return lws_hdr_custom_copy(wsi, value, (int)value_size, name, (int)strlen(name));
}

int cws_send(struct lws *wsi, uint8_t *payload, size_t length, int opcode) {
    enum lws_write_protocol kind = LWS_WRITE_PING;
    if (opcode == 1) kind = LWS_WRITE_TEXT;
    if (opcode == 2) kind = LWS_WRITE_BINARY;
    // libwebsockets keeps this one value of the enumeration private.
    if (opcode == 8) kind = (enum lws_write_protocol)4;
    return lws_write(wsi, payload, length, kind) < 0;
}

void cws_kill(struct lws *wsi) { lws_set_timeout(wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_SYNC); }

static void free_handle(uv_handle_t *handle) { free(handle); }

static void sweep_one(uv_handle_t *handle, void *wsi) {
    if (handle->type != UV_POLL || uv_is_closing(handle)) return;
    if (!wsi || handle->data == wsi) uv_close(handle, free_handle);
}

void cws_sweep(void *uv_loop, struct lws *wsi) { uv_walk(uv_loop, sweep_one, wsi); }

const char *cws_certificate_error(int code) { return X509_verify_cert_error_string(code); }
