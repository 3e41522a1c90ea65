import Core

/// Names of session folders: `<start>-<provider>-<id>`, made of our own characters only.
public enum SessionFolderName {
    /// `2026-11-21T14-03-22Z-openai-3f2a9c1e`. What comes from outside never reaches a path: only letters, digits, `_`
    /// and `.` of the provider's name and hex digits of the id stay, at most 24 of each.
    public static func make(start: WallTime, provider: String, id: SessionID) -> String {
        "\(start.fileStamp)-\(clean(provider))-\(clean(id.text))"
    }

    /// Whether `name` is a plain folder name that may be joined to the sessions folder: no separator, no leading dot.
    public static func isPlain(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 255 && !name.hasPrefix(".")
            && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 < 0x20 || $0 == 0x7F }
    }

    private static func clean(_ text: String) -> String {
        let kept = text.utf8.lazy.filter { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
            default: false
            }
        }
        let name = String(decoding: Array(kept.prefix(24)), as: UTF8.self)
        return name.isEmpty ? "x" : name
    }
}
