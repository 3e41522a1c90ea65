import Glibc

/// The versions of the libraries that are loaded now, asked of the libraries themselves.
enum LibraryVersions {
    /// Functions without arguments that return a text which is never freed (each library's manual).
    private static let functions = [
        ("libwebsockets", "lws_get_library_version"), ("libuv", "uv_version_string"),
        ("opus", "opus_get_version_string"),
        ("alsa-lib", "snd_asoundlib_version"), ("ncurses", "curses_version"), ("glibc", "gnu_get_libc_version"),
    ]

    static var all: [(name: String, version: String)] {
        functions.map { name, function in (name, text(function) ?? "not found") }
    }

    private static func text(_ function: String) -> String? {
        guard let symbol = dlsym(nil, function) else { return nil }
        typealias VersionFunction = @convention(c) () -> UnsafePointer<CChar>?
        // SAFETY: every function in the list has this type.
        return unsafeBitCast(symbol, to: VersionFunction.self)().map { pointer in
            // libwebsockets appends "-" and the commit it was made of, which packages leave empty.
            let text = String(cString: pointer)
            return text.hasSuffix("-") ? String(text.dropLast()) : text
        }
    }
}
