import Core

/// Why a line has no device now, in words for the screen.
struct LineFailure: Error, Sendable, Equatable {
    var text: String
    var fix: String

    init(text: String, fix: String) {
        self.text = text
        self.fix = fix
    }

    init(_ error: ALSAError) { self.init(text: error.description, fix: error.fix) }

    init(_ error: ConfigurationError) { self.init(text: "\(error.place): \(error.cause)", fix: error.fix) }
}
