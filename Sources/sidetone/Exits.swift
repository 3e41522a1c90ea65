import ArgumentParser
import Console
import Core
import Glibc
import Terminal

/// Exit codes, as documented in the README.
enum Exit {
    static let failed = ExitCode(1)
    static let errors = ExitCode(2)
    static let unavailable = ExitCode(69)
    static let configuration = ExitCode(78)
}

/// Output on the standard streams by write(2): no buffering that a crash could lose. Whatever text comes here, no control
/// byte but line ends and tabs leaves: what slipped through is spelled out.
enum Output {
    /// Whether the locale knows ASCII alone. Asked for before other threads exist: see `Sidetone.main`.
    static let isASCII = !ScreenOptions.usesUTF8()

    static func text(_ text: String) { write(harmless(text), to: STDOUT_FILENO) }
    static func line(_ text: String) { write(harmless(text) + "\n", to: STDOUT_FILENO) }
    static func error(_ text: String) { write(harmless(text) + "\n", to: STDERR_FILENO) }

    /// Text with our own colours in it, from text that was made harmless before. Only for terminals.
    static func painted(_ line: String) { write(line + "\n", to: STDOUT_FILENO) }

    /// The same text without a character that a terminal would obey or hide; JSON stays JSON and means the same.
    static func harmless(_ text: String) -> String {
        if let first = text.utf8.first, first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            return JSONOutput.harmless(text)
        }
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F || $0 == 0x0A || $0 == 0x09 }) { return text }
        var clean = String.UnicodeScalarView()
        var isAfterReturn = false
        for scalar in text.unicodeScalars {
            // A return belongs to a line end; alone it would write over the line.
            if isAfterReturn { clean.append(scalar == "\n" ? "\r" : " ") }
            isAfterReturn = scalar == "\r"
            if isAfterReturn { continue }
            if JSONOutput.isShown(scalar) {
                clean.append(scalar)
            } else {
                clean.append(contentsOf: SafeText(String(scalar)).string.unicodeScalars)
            }
        }
        return String(clean)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}

/// Runs `body`; a mistake of the user's is told with place, cause and fix, and ends with exit code 78.
func reportingMistakes<T>(_ body: () throws -> T) throws -> T {
    do { return try body() } catch let mistake as ConfigurationError {
        Output.error("sidetone: \(mistake)")
        throw Exit.configuration
    }
}
