import CWebSockets
import Core

/// Whom a client trusts: the system's authorities and perhaps a file's. One for many sessions.
@EngineActor
final class TLSTrust {
    let raw: OpaquePointer

    /// A client's trust; nil when `authorities` cannot be read.
    init?(authorities: String?) {
        guard let made = ctls_client_trust(authorities) else { return nil }
        raw = made
    }

    /// A server's identity from PEM files (tests).
    init?(certificate: String, key: String) {
        guard let made = ctls_server_identity(certificate, key) else { return nil }
        raw = made
    }

    isolated deinit { ctls_free_trust(raw) }
}

/// One TLS connection between a wire (cipher) side and a plain side, without a socket of its own.
@EngineActor
final class TLSSession {
    /// What feeding bytes led to.
    enum State: Equatable {
        case handshaking
        case open
        case peerClosed
        case failed(String)
    }

    private(set) var state = State.handshaking
    private let raw: OpaquePointer
    private let trust: TLSTrust

    /// A session with `host`, which the certificate must name; of a server when nil.
    init?(_ trust: TLSTrust, host: String?) {
        guard let made = host.map({ ctls_open(trust.raw, $0) }) ?? ctls_open(trust.raw, nil) else { return nil }
        raw = made
        self.trust = trust
    }

    isolated deinit { ctls_close(raw) }

    /// Takes cipher bytes in; plain bytes come out through `plain`, read into `buffer`. Call with no bytes to begin.
    func feed(
        _ cipher: UnsafeRawBufferPointer, buffer: UnsafeMutableRawBufferPointer,
        _ plain: (UnsafeRawBufferPointer) -> Void
    ) {
        if let base = cipher.baseAddress, !cipher.isEmpty { ctls_feed(raw, base, cipher.count) }
        if state == .handshaking { shakeHands() }
        var more = state == .open
        while more {
            let count = ctls_read(raw, buffer.baseAddress, buffer.count)
            if count > 0 { plain(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<Int(count)])) }
            if count == -1 { state = .peerClosed }
            if count == -2 { state = .failed(words) }
            more = count > 0
        }
    }

    private func shakeHands() {
        switch ctls_handshake(raw) {
        case 1: state = .open
        case 0: break
        default: state = .failed(words)
        }
    }

    private var words: String {
        let code = ctls_certificate_error(raw)
        if code != 0 { return TLSWords.certificate(code) }
        return TLSWords.handshake(String(cString: ctls_reason(raw)))
    }

    /// Encrypts plain bytes; false when the session is dead.
    func write(_ plain: UnsafeRawBufferPointer) -> Bool {
        guard state == .open else { return false }
        return ctls_write(raw, plain.baseAddress, plain.count) == 1
    }

    /// Appends the closing alert.
    func shutdown() { if state == .open { ctls_shutdown(raw) } }

    /// Hands out the cipher bytes that must go to the wire, in pieces of `buffer`.
    func drain(into buffer: UnsafeMutableRawBufferPointer, _ send: (UnsafeRawBufferPointer) -> Void) {
        var count = 1
        while count > 0 {
            count = ctls_take(raw, buffer.baseAddress, buffer.count)
            if count > 0 { send(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count])) }
        }
    }
}
