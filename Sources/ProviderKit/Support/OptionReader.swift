import Core

/// Reads the options of a provider or part from JSON; every mistake names place, cause and fix. A value: any thread.
public struct OptionReader: Sendable {
    private let value: JSONValue
    private let path: [String]
    private let locate: @Sendable ([String]) -> String

    /// A reader of an object. `locate` turns a path of keys into a place for messages.
    public init(_ value: JSONValue, path: [String] = [], locate: @escaping @Sendable ([String]) -> String) {
        self.value = value
        self.path = path
        self.locate = locate
    }

    /// A reader of a provider's options in the configuration.
    public init(_ configuration: ProviderConfiguration) {
        let name = configuration.name
        self.init(configuration.options) { path in "provider \"\(name)\", option \(path.joined(separator: "."))" }
    }

    /// The raw value of an option; nil when absent or null.
    public func raw(_ name: String) -> JSONValue? {
        guard let found = value[name], found != .null else { return nil }
        return found
    }

    /// Refuses whatever is not in `known`, with the nearest name as a hint.
    public func refuseUnknown(_ known: [String]) throws(ConfigurationError) {
        guard value != .null else { return }
        guard let members = value.members else {
            throw ConfigurationError(
                place: locate(path), cause: "must be a map of options, not \(kind(value))",
                fix: "write name: value pairs")
        }
        for member in members where !known.contains(member.key) {
            let near = Spelling.nearest(to: member.key, among: known)
            throw fault(
                member.key, "there is no such option",
                near.map { "did you mean \($0)?" } ?? "use one of \(known.joined(separator: ", "))")
        }
    }

    /// A mistake in the option `name`.
    public func fault(_ name: String, _ cause: String, _ fix: String) -> ConfigurationError {
        ConfigurationError(place: locate(path + [name]), cause: cause, fix: fix)
    }

    /// A text, possibly one of a few.
    public func text(_ name: String, oneOf allowed: [String] = []) throws(ConfigurationError) -> String? {
        guard let raw = raw(name) else { return nil }
        guard let text = raw.string else { throw fault(name, "must be text, not \(kind(raw))", "put it in quotes") }
        guard allowed.isEmpty || allowed.contains(text) else {
            let near = Spelling.nearest(to: text, among: allowed)
            throw fault(
                name, "\"\(text)\" is not possible",
                near.map { "did you mean \($0)?" } ?? "use one of \(allowed.joined(separator: ", "))")
        }
        return text
    }

    /// A number within a range.
    public func number(_ name: String, _ range: ClosedRange<Double>) throws(ConfigurationError) -> Double? {
        guard let raw = raw(name) else { return nil }
        guard let number = raw.double, range.contains(number) else {
            let limits = "\(plain(range.lowerBound)) to \(plain(range.upperBound))"
            throw fault(name, "\(raw.double.map(plain) ?? kind(raw)) is not possible", "use a number from \(limits)")
        }
        return number
    }

    /// A whole number within a range.
    public func int(_ name: String, _ range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
        guard let raw = raw(name) else { return nil }
        guard let number = raw.int, range.contains(number) else {
            let given = raw.double.map(plain) ?? kind(raw)
            throw fault(
                name, "\(given) is not possible", "use a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// Yes or no.
    public func flag(_ name: String) throws(ConfigurationError) -> Bool? {
        guard let raw = raw(name) else { return nil }
        guard let flag = raw.bool else {
            throw fault(name, "must be true or false, not \(kind(raw))", "write true or false")
        }
        return flag
    }

    /// A reader of the object at `name`; nil when absent.
    public func object(_ name: String) throws(ConfigurationError) -> OptionReader? {
        guard let raw = raw(name) else { return nil }
        guard raw.members != nil else {
            throw fault(name, "must be a map, not \(kind(raw))", "write name: value pairs")
        }
        return OptionReader(raw, path: path + [name], locate: locate)
    }

    /// Readers of the elements of the array at `name`; empty when absent.
    public func list(_ name: String) throws(ConfigurationError) -> [(value: JSONValue, reader: OptionReader)] {
        guard let raw = raw(name) else { return [] }
        guard let items = raw.array else { throw fault(name, "must be a list, not \(kind(raw))", "write a list") }
        return items.enumerated().map { index, item in
            (item, OptionReader(item, path: path + [name, String(index)], locate: locate))
        }
    }

    private func plain(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : String(number)
    }

    private func kind(_ value: JSONValue) -> String {
        switch value {
        case .null: "nothing"
        case .bool: "true or false"
        case .int, .double: "a number"
        case .string(let text): "the text \"\(text.prefix(40))\""
        case .array: "a list"
        case .object: "a map"
        }
    }
}
