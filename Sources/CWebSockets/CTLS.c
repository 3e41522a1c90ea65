#include "CTLS.h"
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

struct ctls_trust {
    SSL_CTX *context;
};

struct ctls_session {
    SSL *ssl;
    BIO *in, *out;
    char reason[160];
};

static ctls_trust *make_trust(const SSL_METHOD *method) {
    ctls_trust *trust = calloc(1, sizeof *trust);
    if (!trust) return NULL;
    trust->context = SSL_CTX_new(method);
    if (!trust->context) {
        free(trust);
        return NULL;
    }
    SSL_CTX_set_min_proto_version(trust->context, TLS1_2_VERSION);
    return trust;
}

ctls_trust *ctls_client_trust(const char *ca_file) {
    ctls_trust *trust = make_trust(TLS_client_method());
    if (!trust) return NULL;
    SSL_CTX_set_default_verify_paths(trust->context);
    if (ca_file && SSL_CTX_load_verify_locations(trust->context, ca_file, NULL) != 1) {
        ctls_free_trust(trust);
        return NULL;
    }
    SSL_CTX_set_verify(trust->context, SSL_VERIFY_PEER, NULL);
    return trust;
}

ctls_trust *ctls_server_identity(const char *certificate, const char *key) {
    ctls_trust *trust = make_trust(TLS_server_method());
    if (!trust) return NULL;
    if (SSL_CTX_use_certificate_chain_file(trust->context, certificate) != 1 ||
        SSL_CTX_use_PrivateKey_file(trust->context, key, SSL_FILETYPE_PEM) != 1) {
        ctls_free_trust(trust);
        return NULL;
    }
    return trust;
}

void ctls_free_trust(ctls_trust *trust) {
    if (!trust) return;
    SSL_CTX_free(trust->context);
    free(trust);
}

// A host that cannot be checked must fail the session, never pass unchecked.
static int check_host(SSL *ssl, const char *host) {
    X509_VERIFY_PARAM *rules = SSL_get0_param(ssl);
    X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (!*host) return 0;
    if (X509_VERIFY_PARAM_set1_ip_asc(rules, host) == 1) return 1;
    return X509_VERIFY_PARAM_set1_host(rules, host, 0) == 1 && SSL_set_tlsext_host_name(ssl, host) == 1;
}

ctls_session *ctls_open(ctls_trust *trust, const char *host) {
    static const unsigned char http1[] = "\x08http/1.1";
    ctls_session *session = calloc(1, sizeof *session);
    if (!session) return NULL;
    session->ssl = SSL_new(trust->context);
    session->in = BIO_new(BIO_s_mem());
    session->out = BIO_new(BIO_s_mem());
    if (!session->ssl || !session->in || !session->out) {
        BIO_free(session->in);
        BIO_free(session->out);
        SSL_free(session->ssl);
        free(session);
        return NULL;
    }
    BIO_set_mem_eof_return(session->in, -1);
    SSL_set_bio(session->ssl, session->in, session->out);
    if (host && (!check_host(session->ssl, host) || SSL_set_alpn_protos(session->ssl, http1, sizeof http1 - 1) != 0)) {
        ctls_close(session);
        return NULL;
    }
    if (host) SSL_set_connect_state(session->ssl);
    else SSL_set_accept_state(session->ssl);
    return session;
}

void ctls_close(ctls_session *session) {
    if (!session) return;
    SSL_free(session->ssl);
    free(session);
}

void ctls_feed(ctls_session *session, const void *bytes, size_t length) { BIO_write(session->in, bytes, (int)length); }

size_t ctls_take(ctls_session *session, void *bytes, size_t capacity) {
    int count = BIO_read(session->out, bytes, (int)capacity);
    return count > 0 ? (size_t)count : 0;
}

static int outcome(ctls_session *session, int result) {
    int error = SSL_get_error(session->ssl, result);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return 0;
    if (error == SSL_ERROR_ZERO_RETURN) return -1;
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    strncpy(session->reason, reason ? reason : "", sizeof session->reason - 1);
    return -2;
}

int ctls_handshake(ctls_session *session) {
    ERR_clear_error();
    int result = SSL_do_handshake(session->ssl);
    if (result == 1) return 1;
    return outcome(session, result) == 0 ? 0 : -1;
}

int ctls_read(ctls_session *session, void *bytes, size_t capacity) {
    ERR_clear_error();
    int count = SSL_read(session->ssl, bytes, (int)capacity);
    return count > 0 ? count : outcome(session, count);
}

int ctls_write(ctls_session *session, const void *bytes, size_t length) {
    if (!length) return 1;
    ERR_clear_error();
    int count = SSL_write(session->ssl, bytes, (int)length);
    if (count == (int)length) return 1;
    outcome(session, count);
    return -2;
}

void ctls_shutdown(ctls_session *session) {
    ERR_clear_error();
    SSL_shutdown(session->ssl);
}

int ctls_certificate_error(const ctls_session *session) {
    long error = SSL_get_verify_result(session->ssl);
    return error == X509_V_OK ? 0 : (int)error;
}

const char *ctls_reason(const ctls_session *session) { return session->reason; }
