#pragma once
#include <stddef.h>

// TLS over memory: bytes of the wire go in and come out by hand, no socket. For the streaming HTTP client.

typedef struct ctls_trust ctls_trust;
typedef struct ctls_session ctls_session;

/// A client's trust: the system's authorities plus a PEM file (may be NULL); TLS 1.2 at least. NULL on failure.
ctls_trust *ctls_client_trust(const char *ca_file);
/// A server's identity from PEM files (for tests). NULL on failure.
ctls_trust *ctls_server_identity(const char *certificate, const char *key);
void ctls_free_trust(ctls_trust *trust);

/// A session with the server `host` (name or numeric address, which its certificate must name), or of a server (NULL).
ctls_session *ctls_open(ctls_trust *trust, const char *host);
void ctls_close(ctls_session *session);

/// Gives bytes that came from the wire.
void ctls_feed(ctls_session *session, const void *bytes, size_t length);
/// Takes bytes that must go to the wire; how many.
size_t ctls_take(ctls_session *session, void *bytes, size_t capacity);
/// Goes on with the handshake: 1 done, 0 needs bytes, -1 failed.
int ctls_handshake(ctls_session *session);
/// Reads plain bytes: how many, 0 needs bytes, -1 the peer closed in order, -2 failed.
int ctls_read(ctls_session *session, void *bytes, size_t capacity);
/// Writes plain bytes, all of them: 1, or -2 failed.
int ctls_write(ctls_session *session, const void *bytes, size_t length);
/// Appends the closing alert.
void ctls_shutdown(ctls_session *session);

/// The X509 verification error, 0 for none.
int ctls_certificate_error(const ctls_session *session);
/// OpenSSL's reason for the failure, or "".
const char *ctls_reason(const ctls_session *session);
