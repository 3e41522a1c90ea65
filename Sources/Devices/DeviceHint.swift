import CALSA
import Glibc

/// A device as alsa-lib lists it.
public struct DeviceHint: Sendable, Equatable {
    /// The name to open.
    public var name: String
    /// In words, one line.
    public var text: String
    /// Whether it can capture, whether it can play.
    public var captures: Bool
    public var plays: Bool

    /// A device of the list. `description` may have several lines; `direction` is alsa-lib's `IOID`: "Input", "Output",
    /// or nil for both.
    public init(name: String, description: String?, direction: String?) {
        self.name = name
        text = DeviceHint.oneLine(description ?? "")
        captures = direction != "Output"
        plays = direction != "Input"
    }

    /// The form before the colon: "hw", "plughw", "sysdefault", "pulse".
    public var form: Substring { name.prefix { $0 != ":" } }

    /// What makes two names the same physical device: card and device number; nil for names without a card.
    public var hardware: String? {
        guard let colon = name.firstIndex(of: ":") else { return nil }
        var card: Substring?
        var number: Substring = "0"
        for part in name[name.index(after: colon)...].split(separator: ",") {
            if part.hasPrefix("CARD=") { card = part.dropFirst(5) }
            if part.hasPrefix("DEV=") { number = part.dropFirst(4) }
        }
        return card.map { "\($0),\(number)" }
    }

    /// Whether it is worth showing: not a rate converter, mixer stage or one of the many speaker layouts of a card.
    public var isUsual: Bool {
        ["default", "pulse", "pipewire", "jack", "sysdefault", "plughw", "hw", "hdmi", "null"].contains(String(form))
    }

    /// How good a form is for talk, lower first: those that share the card, then those that convert.
    var rank: Int {
        ["default", "pulse", "pipewire", "sysdefault", "plughw", "hw"].firstIndex(of: String(form)) ?? 9
    }

    /// Lines joined by ", ", control characters and doubled spaces gone.
    static func oneLine(_ text: String) -> String {
        let lines = text.split { $0.isNewline }.map { line in
            line.split { character in
                character == " " || character.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
            }.joined(separator: " ")
        }
        return lines.filter { !$0.isEmpty }.joined(separator: ", ")
    }
}

extension DeviceHint {
    /// Asks alsa-lib for all devices. Reads configuration files: not for the engine thread.
    static func readAll() -> [DeviceHint] {
        var list: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
        guard snd_device_name_hint(-1, "pcm", &list) >= 0, let list else { return [] }
        defer { snd_device_name_free_hint(list) }
        var hints: [DeviceHint] = []
        var index = 0
        while let entry = list[index] {
            index += 1
            guard let name = value("NAME", of: entry), !name.isEmpty else { continue }
            hints.append(
                DeviceHint(name: name, description: value("DESC", of: entry), direction: value("IOID", of: entry)))
        }
        return hints
    }

    private static func value(_ key: String, of entry: UnsafeMutableRawPointer) -> String? {
        guard let text = snd_device_name_get_hint(entry, key) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }
}
