/// A key without its modifiers.
public enum Key: Sendable, Hashable {
    /// A character as typed: upper case is its own character, not shift.
    case character(Character)
    case enter, escape, tab, backspace, delete, insert
    case up, down, left, right, home, end, pageUp, pageDown
    /// F1 to F35.
    case function(Int)

    /// Names in key tables and configuration; characters stand for themselves.
    static let names: [(name: String, key: Key)] = [
        ("space", .character(" ")), ("enter", .enter), ("escape", .escape), ("tab", .tab), ("backspace", .backspace),
        ("delete", .delete), ("insert", .insert), ("up", .up), ("down", .down), ("left", .left), ("right", .right),
        ("home", .home), ("end", .end), ("pageup", .pageUp), ("pagedown", .pageDown),
    ]
}

/// Modifier keys held down.
public struct Modifiers: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let shift = Modifiers(rawValue: 1)
    public static let alt = Modifiers(rawValue: 2)
    public static let ctrl = Modifiers(rawValue: 4)
    public static let `super` = Modifiers(rawValue: 8)

    /// In the order they are printed.
    static let names: [(name: String, modifier: Modifiers)] = [
        ("ctrl", .ctrl), ("alt", .alt), ("super", .super), ("shift", .shift),
    ]
}

/// A key with its modifiers, such as `ctrl-x`, `f1`, `shift-tab`, `?`.
public struct KeyChord: Sendable, Hashable, CustomStringConvertible {
    public var key: Key
    public var modifiers: Modifiers

    public init(_ key: Key, _ modifiers: Modifiers = []) {
        self.key = key
        self.modifiers = modifiers
    }

    /// A character key.
    public init(_ character: Character, _ modifiers: Modifiers = []) {
        self.init(.character(character), modifiers)
    }

    /// The name that `init(parsing:)` reads again.
    public var description: String {
        var text = ""
        for (name, modifier) in Modifiers.names where modifiers.contains(modifier) { text += name + "-" }
        return text + Self.name(of: key)
    }

    private static func name(of key: Key) -> String {
        if case .function(let number) = key { return "f\(number)" }
        if let known = Key.names.first(where: { $0.key == key }) { return known.name }
        if case .character(let character) = key { return String(character) }
        return "?"
    }

    /// Reads a name such as `ctrl-x`, `F1`, `space`, `-`. Modifier and key names in any case; a lone character keeps
    /// its case.
    public init(parsing text: String) throws(KeyNameError) {
        var rest = Substring(text)
        var modifiers: Modifiers = []
        while let (modifier, length) = Self.leadingModifier(rest) {
            modifiers.insert(modifier)
            rest = rest.dropFirst(length)
        }
        guard let key = Self.key(named: rest) else { throw KeyNameError(text: text) }
        self.init(key, modifiers)
    }

    private static func leadingModifier(_ text: Substring) -> (Modifiers, Int)? {
        for (name, modifier) in Modifiers.names
        where text.count > name.count + 1 && text.lowercased().hasPrefix(name + "-") {
            return (modifier, name.count + 1)
        }
        return nil
    }

    private static func key(named text: Substring) -> Key? {
        if text.count == 1, let character = text.first { return .character(character) }
        let lower = text.lowercased()
        if let known = Key.names.first(where: { $0.name == lower }) { return known.key }
        if lower == "esc" { return .escape }
        if lower.hasPrefix("f"), let number = Int(lower.dropFirst()), (1...35).contains(number) {
            return .function(number)
        }
        return nil
    }
}

/// A key name nobody knows.
public struct KeyNameError: Error, Sendable, Hashable, CustomStringConvertible {
    public let text: String
    public var description: String {
        "unknown key \"\(SafeText(text))\"; " + Self.forms
    }

    /// What can be written instead, in words.
    public static var forms: String {
        "write a character, or one of " + Key.names.map(\.name).joined(separator: ", ")
            + ", f1 to f35, with ctrl-, alt-, shift- or super- before it"
    }
}
