import CALSA
import Core

/// The devices of this machine, and the choice among them by a few letters of their name.
public struct DeviceList: Sendable {
    /// One line of the list.
    public struct Entry: Sendable, Equatable {
        /// The name to open.
        public var name: String
        /// In words, one line, from outside.
        public var text: String
        /// Whether it is what opens when nothing is chosen.
        public var isDefault: Bool
    }

    /// What no device means in a choice.
    public static let none = "none"

    private let hints: [DeviceHint]
    private let isDefined: @Sendable (String) -> Bool

    /// A list made by hand. `isDefined` tells whether alsa-lib's configuration knows a name that is not in the list.
    public init(hints: [DeviceHint], isDefined: @escaping @Sendable (String) -> Bool = { _ in false }) {
        self.hints = hints
        self.isDefined = isDefined
    }

    /// Reads the list from alsa-lib. Takes milliseconds and may ask the sound server: not for the engine thread.
    public static func read() -> DeviceList {
        ALSALibrary.prepare()
        return DeviceList(hints: DeviceHint.readAll(), isDefined: { calsa_is_defined($0) != 0 })
    }

    /// The devices of one direction, default first, usual ones only unless `all`.
    public func entries(_ direction: PCMDirection, all: Bool = false) -> [Entry] {
        var rows = candidates(direction).filter { all || $0.isUsual }.map {
            Entry(name: $0.name, text: $0.text, isDefault: $0.name == "default")
        }
        if !rows.contains(where: \.isDefault), isDefined("default") {
            rows.append(Entry(name: "default", text: "Default of this machine", isDefault: true))
        }
        return rows.filter(\.isDefault) + rows.filter { !$0.isDefault }
    }

    /// The device meant by `choice`: nil or empty is "default"; a listed name, a name with a colon ("hw:1,0",
    /// "pulse:mic") and any name alsa-lib's configuration defines is taken as it is; else some letters of a name or
    /// description, upper or lower case. Several forms of one card count as one.
    /// - Throws: `ConfigurationError` that lists the candidates when none or several fit.
    public func resolve(
        _ choice: String?, _ direction: PCMDirection
    ) throws(ConfigurationError) -> String {
        guard let choice, !choice.isEmpty else { return "default" }
        if choice == Self.none || choice.contains(":") { return choice }
        let usable = candidates(direction)
        if usable.contains(where: { $0.name == choice }) || isDefined(choice) { return choice }
        let wanted = choice.lowercased()
        let fitting = usable.filter { $0.name.lowercased().contains(wanted) || $0.text.lowercased().contains(wanted) }
        guard let best = fitting.min(by: { $0.rank < $1.rank }) else {
            throw refusal(choice, direction, cause: "no \(direction) device has \"\(choice)\" in its name", usable)
        }
        let others = fitting.filter { $0 != best && ($0.hardware == nil || $0.hardware != best.hardware) }
        guard others.isEmpty else {
            throw refusal(choice, direction, cause: "\"\(choice)\" fits several \(direction) devices", fitting)
        }
        return best.name
    }

    /// As `resolve` of a list read now; the list is read only when the choice needs it. Not for the engine thread.
    public static func resolve(
        _ choice: String?, _ direction: PCMDirection
    ) throws(ConfigurationError) -> String {
        guard let choice, !choice.isEmpty else { return "default" }
        return choice.contains(":") ? choice : try read().resolve(choice, direction)
    }

    private func candidates(_ direction: PCMDirection) -> [DeviceHint] {
        hints.filter { direction == .capture ? $0.captures : $0.plays }
    }

    private func refusal(
        _ choice: String, _ direction: PCMDirection, cause: String, _ hints: [DeviceHint]
    ) -> ConfigurationError {
        let usual = hints.filter(\.isUsual)
        let names = (usual.isEmpty ? hints : usual).prefix(12).map { hint in
            hint.text.isEmpty ? hint.name : "\(hint.name) (\(hint.text))"
        }
        return ConfigurationError(
            place: "\(direction) device", cause: cause,
            fix: names.isEmpty
                ? "this machine shows no \(direction) device; start a sound server or use \"none\""
                : "choose one of: " + names.joined(separator: "; "))
    }
}
