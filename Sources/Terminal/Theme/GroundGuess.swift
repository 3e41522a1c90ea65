import Core

/// Whether the terminal's ground is light, found out once at the start: the terminal is asked (OSC 11, with device
/// attributes behind it that every terminal answers), and given 150 ms; then `COLORFGBG` counts.
public struct GroundGuess: Sendable {
    /// What a terminal may take to answer.
    public static let limit = Duration.milliseconds(150)

    /// Known when the guess is closed; nil when nothing was found out.
    public private(set) var isLight: Bool?
    public private(set) var isOpen = true
    private let hint: Bool?

    public init(environment: [String: String]) { hint = Self.hint(environment["COLORFGBG"]) }

    /// The last field is the ground: 7 and 15 are white, all others dark.
    static func hint(_ text: String?) -> Bool? {
        guard let last = text?.split(separator: ";").last, let number = Int(last), (0...15).contains(number) else {
            return nil
        }
        return number == 7 || number == 15
    }

    /// Takes an answer of the terminal.
    public mutating func take(_ answer: TerminalAnswer) {
        guard isOpen else { return }
        switch answer {
        case .background(let red, let green, let blue):
            let ground = RGB(UInt8(clamping: red), UInt8(clamping: green), UInt8(clamping: blue))
            isLight = ground.luminance > 0.5
            isOpen = false
        case .deviceAttributes: close()  // it knows no OSC 11
        case .kittyKeyboard, .mode: break
        }
    }

    /// No answer in time.
    public mutating func close() {
        guard isOpen else { return }
        isLight = hint
        isOpen = false
    }
}
