/// What complete escape sequences mean. Every function returns nil for what it does not know.
///
/// Sources: xterm's ctlseqs (cursor, function and editing keys, modifiers 2…16, SGR mouse 1006, focus 1004), the kitty
/// keyboard protocol (`CSI code ; modifiers : phase ; text u`).
enum SequenceDecoder {
    /// A CSI with its parameter bytes (0x20–0x3F) and final byte.
    static func csi(_ bytes: [UInt8], final: UInt8) -> InputEvent? {
        if bytes.first == UInt8(ascii: "<") { return sgrMouse(bytes.dropFirst(), final: final) }
        if bytes.first == UInt8(ascii: "?") { return answer(bytes.dropFirst(), final: final) }
        if bytes.first == UInt8(ascii: "[") {
            guard bytes.count == 1, final >= 0x41, final <= 0x45 else { return nil }
            return .key(KeyPress(KeyChord(.function(Int(final) - 0x40))))
        }
        guard let fields = Parameters(bytes) else { return nil }
        switch final {
        case UInt8(ascii: "I") where bytes.isEmpty: return .focus(true)
        case UInt8(ascii: "O") where bytes.isEmpty: return .focus(false)
        case UInt8(ascii: "Z"): return .key(KeyPress(KeyChord(.tab, .shift)))
        case UInt8(ascii: "u"): return kitty(fields)
        case UInt8(ascii: "~"): return editing(fields)
        default: return letter(final).flatMap { press($0, fields) }
        }
    }

    /// SS3: keys in application mode.
    static func ss3(_ bytes: [UInt8], final: UInt8) -> InputEvent? {
        guard let fields = Parameters(bytes) else { return nil }
        if final == UInt8(ascii: "M") { return .key(KeyPress(KeyChord(.enter))) }
        return letter(final).map { .key(KeyPress(KeyChord($0, fields.modifiers ?? []))) }
    }

    /// The three bytes of an old mouse report: button, column, row, each 32 more than the value.
    static func x10Mouse(_ bytes: [UInt8]) -> InputEvent? {
        guard bytes.count == 3, bytes[0] >= 32, bytes[1] >= 33, bytes[2] >= 33 else { return nil }
        let code = Int(bytes[0]) - 32
        return mouse(code: code, x: Int(bytes[1]) - 33, y: Int(bytes[2]) - 33, released: code & 3 == 3 && code < 64)
    }

    /// OSC, DCS and the like: first byte of `body` is the introducer.
    static func string(_ body: [UInt8]) -> InputEvent? {
        let text = String(decoding: body, as: UTF8.self)
        guard text.hasPrefix("]11;rgb:") else { return nil }
        let parts = text.dropFirst(8).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        let values = parts.compactMap(colourComponent)
        guard values.count == 3 else { return nil }
        return .answer(.background(red: values[0], green: values[1], blue: values[2]))
    }

    /// 1 to 4 hexadecimal digits, scaled to 0…255.
    private static func colourComponent(_ text: Substring) -> Int? {
        guard (1...4).contains(text.utf8.count), let value = Int(text, radix: 16), value >= 0 else { return nil }
        let most = (1 << (4 * text.utf8.count)) - 1
        return value * 255 / most
    }

    private static func sgrMouse(_ bytes: ArraySlice<UInt8>, final: UInt8) -> InputEvent? {
        guard final == UInt8(ascii: "M") || final == UInt8(ascii: "m"), let fields = Parameters(Array(bytes)),
            let code = fields[0], let x = fields[1], let y = fields[2], x > 0, y > 0
        else { return nil }
        return mouse(code: code, x: x - 1, y: y - 1, released: final == UInt8(ascii: "m"))
    }

    private static func mouse(code: Int, x: Int, y: Int, released: Bool) -> InputEvent? {
        var modifiers: Modifiers = []
        if code & 4 != 0 { modifiers.insert(.shift) }
        if code & 8 != 0 { modifiers.insert(.alt) }
        if code & 16 != 0 { modifiers.insert(.ctrl) }
        let button = code & 3
        guard code < 128 else { return nil }
        if code & 64 != 0 {
            guard button < 2 else { return nil }
            return .mouse(MouseEvent(button == 0 ? .wheelUp : .wheelDown, x: x, y: y, modifiers: modifiers))
        }
        let action: MouseEvent.Action =
            released ? .release : code & 32 != 0 ? (button == 3 ? .move : .drag) : .press
        return .mouse(MouseEvent(action, button: button == 3 ? 0 : button, x: x, y: y, modifiers: modifiers))
    }

    private static func answer(_ bytes: ArraySlice<UInt8>, final: UInt8) -> InputEvent? {
        let hasDollar = bytes.last == UInt8(ascii: "$")
        guard let fields = Parameters(Array(hasDollar ? bytes.dropLast() : bytes)) else { return nil }
        switch final {
        case UInt8(ascii: "u"): return fields[0].map { .answer(.kittyKeyboard(flags: $0)) }
        case UInt8(ascii: "c"): return .answer(.deviceAttributes)
        case UInt8(ascii: "y") where hasDollar:
            guard let mode = fields[0], let value = fields[1] else { return nil }
            return .answer(.mode(mode, value))
        default: return nil
        }
    }

    private static func letter(_ final: UInt8) -> Key? {
        switch final {
        case UInt8(ascii: "A"): .up
        case UInt8(ascii: "B"): .down
        case UInt8(ascii: "C"): .right
        case UInt8(ascii: "D"): .left
        case UInt8(ascii: "H"): .home
        case UInt8(ascii: "F"): .end
        case UInt8(ascii: "P"): .function(1)
        case UInt8(ascii: "Q"): .function(2)
        case UInt8(ascii: "R"): .function(3)
        case UInt8(ascii: "S"): .function(4)
        default: nil
        }
    }

    /// `CSI 1 ; modifiers : phase letter`.
    private static func press(_ key: Key, _ fields: Parameters) -> InputEvent? {
        guard let modifiers = fields.modifiers, let phase = fields.phase, fields[0] ?? 1 == 1 else { return nil }
        return .key(KeyPress(KeyChord(key, modifiers), phase))
    }

    private static let editingKeys: [Int: Key] = [
        1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end, 11: .function(1),
        12: .function(2), 13: .function(3), 14: .function(4), 15: .function(5), 17: .function(6), 18: .function(7),
        19: .function(8), 20: .function(9), 21: .function(10), 23: .function(11), 24: .function(12),
    ]

    private static func editing(_ fields: Parameters) -> InputEvent? {
        guard let code = fields[0], let modifiers = fields.modifiers, let phase = fields.phase else { return nil }
        if code == 27, let character = fields[2] { return kittyKey(character, modifiers, .press) }  // modifyOtherKeys
        guard let key = editingKeys[code] else { return nil }
        return .key(KeyPress(KeyChord(key, modifiers), phase))
    }

    private static func kitty(_ fields: Parameters) -> InputEvent? {
        guard let code = fields[0], let modifiers = fields.modifiers, let phase = fields.phase else { return nil }
        // The text the key types, when the terminal says it: the only way to know what shift makes of a key.
        if let text = fields.text, modifiers.isDisjoint(with: [.ctrl, .alt, .super]) {
            return .key(KeyPress(KeyChord(.character(text)), phase))
        }
        return kittyKey(fields.shifted(modifiers) ?? code, modifiers, phase)
    }

    private static func kittyKey(_ code: Int, _ modifiers: Modifiers, _ phase: KeyPress.Phase) -> InputEvent? {
        let key: Key
        var held = modifiers
        switch code {
        case 27: key = .escape
        case 13, 57414: key = .enter
        case 9: key = .tab
        case 127: key = .backspace
        case 57376...57398: key = .function(code - 57376 + 13)
        case 0x20...0x10FFFF where !(0xE000...0xF8FF).contains(code) && !(0x7F...0x9F).contains(code):
            guard let scalar = Unicode.Scalar(UInt32(code)) else { return nil }
            // A character tells its shift itself; letters come unshifted.
            let shifted = held.contains(.shift)
            held.remove(.shift)
            key = .character(Character(shifted ? scalar.properties.uppercaseMapping.first.asScalar(scalar) : scalar))
        default: return nil
        }
        return .key(KeyPress(KeyChord(key, held), phase))
    }
}

extension Optional<Character> {
    /// The only scalar of the character, or another one.
    fileprivate func asScalar(_ other: Unicode.Scalar) -> Unicode.Scalar {
        guard let self, self.unicodeScalars.count == 1, let scalar = self.unicodeScalars.first else { return other }
        return scalar
    }
}
