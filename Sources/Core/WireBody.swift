/// A wire message as JSON that a log may hold: audio named by its size, long texts cut, secrets masked, bounded.
public enum WireBody {
    /// Longest message that is looked at, and longest body kept, bytes.
    static let inputLimit = 1 << 20
    static let outputLimit = 16_384
    /// A text longer than this is cut; a run of base64 from this length on is taken for audio.
    static let textLimit = 2_000
    static let audioLength = 200

    /// The body and the message's type in the vendor's words; nil when it is no JSON object or array.
    public static func read(_ message: Span<UInt8>) -> (type: String?, body: String)? {
        guard !message.isEmpty, message.count <= inputLimit, message[0] == 0x7B || message[0] == 0x5B else {
            return nil
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(message.count)
        for i in 0..<message.count { bytes.append(message[i]) }
        guard let value = try? JSONParser.parse(bytes) else { return nil }
        let text = trimmed(value, key: "").text
        guard text.utf8.count > outputLimit else { return (type(value), text) }
        return (
            type(value),
            JSONValue.object([.init("cut", .string(String(decoding: text.utf8.prefix(outputLimit), as: UTF8.self)))])
                .text
        )
    }

    private static func type(_ value: JSONValue) -> String? {
        for key in ["type", "message_type", "event", "method"] {
            if let name = value[key]?.string { return String(name.prefix(80)) }
        }
        guard case .object(let members) = value else { return nil }
        return members.first.map { String($0.key.prefix(80)) }
    }

    private static func trimmed(_ value: JSONValue, key: String) -> JSONValue {
        switch value {
        case .object(let members): .object(members.map { .init($0.key, trimmed($0.value, key: $0.key)) })
        case .array(let items): .array(items.map { trimmed($0, key: key) })
        case .string(let text): .string(short(text, key: key))
        default: value
        }
    }

    private static func short(_ text: String, key: String) -> String {
        if isSecret(key) { return "***" }
        let count = text.utf8.count
        if count >= audioLength, text.utf8.prefix(4_096).allSatisfy(isBase64) {
            return "<audio, \(count / 4 * 3) bytes>"
        }
        guard count > textLimit else { return text }
        return String(decoding: text.utf8.prefix(textLimit), as: UTF8.self) + " … \(count - textLimit) more bytes"
    }

    private static func isSecret(_ key: String) -> Bool {
        let name = key.lowercased()
        return ["api_key", "apikey", "authorization", "token", "secret", "password", "client_secret", "access_token"]
            .contains(name) || name.hasSuffix("_key") || name.hasSuffix("-key")
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="),
            UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
