import CWebSockets
import Core

/// What is known when a wire ends, and what it means: a pure table.
struct WireEnding {
    var connected = false
    var requestWritten = false
    var wasOpen = false
    var certificateError: Int32 = 0
    var status = 0
    var headers: [HeaderField] = []
    var body: [UInt8] = []
    var peerClose: (code: Int, reason: String)?
    var localClose: (code: Int, reason: String)?
    /// libwebsockets' own reason.
    var words = ""

    /// The one terminal event that the facts amount to.
    static func closure(of facts: WireEnding) -> LinkClosure {
        facts.wasOpen ? facts.ofOpen() : facts.ofOpening()
    }

    private func ofOpen() -> LinkClosure {
        if let localClose { return LinkClosure(.local, code: localClose.code, reason: localClose.reason) }
        if let peerClose { return LinkClosure(.remote, code: peerClose.code, reason: peerClose.reason) }
        return LinkClosure(.broken, reason: "the connection ended without a close frame")
    }

    private func ofOpening() -> LinkClosure {
        if !connected { return LinkClosure(.refused, reason: "the connection was refused or the host is unreachable") }
        if certificateError != 0 { return LinkClosure(.tls, reason: TLSWords.certificate(certificateError)) }
        if !requestWritten { return LinkClosure(.tls, reason: TLSWords.handshake(words)) }
        if status != 0, status != 101 {
            return LinkClosure(.rejected(status: status), reason: "HTTP status \(status)", body: body, headers: headers)
        }
        if words.hasPrefix("HS:") || words.contains("parsing") {
            let reason = "the answer is no WebSocket upgrade (\(words))"
            return LinkClosure(.protocolError, reason: reason, headers: headers)
        }
        return LinkClosure(.broken, reason: "the connection ended during the upgrade")
    }
}

/// TLS failures in words.
enum TLSWords {
    /// A refused certificate, by OpenSSL's verification error (x509_vfy.h).
    static func certificate(_ code: Int32) -> String {
        switch code {
        case 9: "the certificate is not valid yet"
        case 10: "the certificate has expired"
        case 18: "the certificate is self-signed: unknown authority"
        case 19: "unknown authority: a self-signed certificate is in the chain"
        case 20, 21, 2: "the certificate comes from an unknown authority"
        case 23: "the certificate has been revoked"
        case 62: "the certificate is for another host (wrong host name)"
        case 64: "the certificate is for another address (wrong host)"
        default: "the certificate was refused: \(String(cString: cws_certificate_error(code)))"
        }
    }

    /// A handshake that failed before any certificate was judged.
    static func handshake(_ words: String) -> String {
        words.isEmpty ? "the TLS handshake failed" : "the TLS handshake failed (\(words)); does the port speak TLS?"
    }
}

/// Reading the headers of an answer out of libwebsockets, which keeps known ones by number and others by name only.
@EngineActor
enum AnswerHeaders {
    /// Headers outside libwebsockets' table that explain rejections or name requests, whoever the peer.
    private static let others = ["x-request-id", "request-id", "cf-ray", "x-error", "x-error-message", "x-trace-id"]

    static func read(_ wsi: OpaquePointer, wanted: [String]) -> [HeaderField] {
        var name = [CChar](repeating: 0, count: 64)
        var value = [CChar](repeating: 0, count: 2048)
        var found: [HeaderField] = []
        var index: Int32 = 0
        var more = true
        while more {
            let state = cws_known_header(wsi, index, &name, name.count, &value, value.count)
            index += 1
            more = state != 0
            if state > 0 { found.append(HeaderField(text(name).lowercased(), text(value))) }
        }
        // libwebsockets wants names with their colon.
        for header in others + wanted where cws_named_header(wsi, header + ":", &value, value.count) > 0 {
            found.append(HeaderField(header, text(value)))
        }
        return found
    }

    private static func text(_ bytes: [CChar]) -> String {
        String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
