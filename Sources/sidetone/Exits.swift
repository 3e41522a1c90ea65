import ArgumentParser
import Core
import Glibc

/// Exit codes, as documented in the README.
enum Exit {
    static let failed = ExitCode(1)
    static let errors = ExitCode(2)
    static let unavailable = ExitCode(69)
    static let configuration = ExitCode(78)
}

/// Output on the standard streams by write(2): no buffering that a crash could lose.
enum Output {
    static func text(_ text: String) { write(text, to: STDOUT_FILENO) }
    static func line(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }
    static func error(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

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
