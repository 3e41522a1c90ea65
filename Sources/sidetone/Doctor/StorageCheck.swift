import Configuration
import Glibc
import Recording
import Terminal

/// Whether sessions can be recorded, and whether the theme is right.
enum StorageCheck {
    /// Two sides of a call at 8 kHz, 16 bit: 115 MB an hour.
    private static let bytesPerHour = 8000.0 * 2 * 2 * 3600
    private static let comfortable: Int64 = 1 << 30
    private static let least: Int64 = 100 << 20

    static func findings(_ context: CommandContext) -> [Finding] {
        let folder = context.sessionsFolder(nil)
        var findings = [writable(folder), space(folder)]
        if let theme = context.configuration.theme { findings.append(self.theme(theme, context)) }
        return findings
    }

    /// The folder itself, or the nearest folder above it that is there: ours will be made in it.
    private static func standing(_ folder: String) -> String {
        var path = folder
        while FileKind(path) == .nothing, let slash = path.lastIndex(of: "/") {
            path = slash == path.startIndex ? "/" : String(path[..<slash])
        }
        return FileKind(path) == .nothing ? "." : path
    }

    private static func writable(_ folder: String) -> Finding {
        let standing = standing(folder)
        guard FileKind(standing) == .folder else {
            return Finding(
                "sessions", "folder", .error, "\(standing) is not a folder", fix: "choose another with --sessions DIR")
        }
        guard access(standing, W_OK | X_OK) == 0 else {
            return Finding(
                "sessions", "folder", .error, "\(standing): \(String(cString: strerror(errno)))",
                fix: "make it writable for you, or choose another with --sessions DIR")
        }
        return Finding("sessions", "folder", standing == folder ? "\(folder) is writable" : "\(folder) will be made")
    }

    private static func space(_ folder: String) -> Finding {
        let standing = standing(folder)
        guard let free = SessionStore(folder: standing).freeSpace else {
            return Finding("sessions", "free space", .warning, "cannot be found out for \(standing)")
        }
        let hours = Double(free) / bytesPerHour
        let text = "\(Columns.number(Double(free) / 1e9, 1)) GB, about \(Columns.number(hours, 0)) hours of one call"
        let level: Finding.Level = free < least ? .error : free < comfortable ? .warning : .ok
        return Finding(
            "sessions", "free space", level, text,
            fix: level == .ok ? nil : "delete old sessions, or choose another disk with --sessions DIR")
    }

    private static func theme(_ name: String, _ context: CommandContext) -> Finding {
        var store = context.themeStore()
        let (theme, problems) = store.load(name)
        guard let first = problems.first else { return Finding("configuration", "theme", name) }
        return Finding(
            "configuration", "theme", .warning, "\(first)" + (theme == nil ? "" : ": shown as far as it goes"),
            fix: "see sidetone themes lint")
    }
}
