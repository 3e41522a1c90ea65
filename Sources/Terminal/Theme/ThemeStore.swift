import CLinux
import Glibc

/// The themes there are: those compiled in and the `.theme` files of some folders, earlier folders first. Belongs to
/// one thread; reads files, so not for the engine. Works with no folder at all.
public struct ThemeStore: Sendable {
    /// Folders that are searched, in order of precedence.
    public let folders: [String]

    private struct Stamp: Sendable, Equatable {
        var seconds: Int
        var nanoseconds: Int
        var size: Int
        var inode: UInt64
    }
    private var watched: [String: Stamp?] = [:]

    public init(folders: [String]) { self.folders = folders }

    /// Where themes are looked for: a wish first, then the user's folder, the current one and those of the
    /// installation.
    public static func searchFolders(wish: String?, environment: [String: String], executable: String) -> [String] {
        var folders: [String] = []
        if let wish { folders.append(wish) }
        let config =
            environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 }
            ?? environment["HOME"].map { $0 + "/.config" }
        if let config { folders.append(config + "/sidetone/themes") }
        folders.append("./themes")
        let parts = executable.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        folders.append(parts.joined(separator: "/") + "/../share/sidetone/themes")
        folders.append("/usr/share/sidetone/themes")
        return folders
    }

    /// Names of all themes, sorted; the compiled-in ones always among them.
    public var names: [String] {
        var found = Set(BuiltInThemes.texts.keys)
        for folder in folders {
            for entry in Self.entries(of: folder) where entry.hasSuffix(".theme") {
                found.insert(String(entry.dropLast(6)))
            }
        }
        return found.sorted()
    }

    /// A theme by name. A theme that is not there is nil with the names there are; one with errors is as good as it
    /// can be.
    public mutating func load(_ name: String) -> (theme: Theme?, problems: [ThemeProblem]) {
        watched = [:]
        return load(name, depth: 0)
    }

    private mutating func load(_ name: String, depth: Int) -> (theme: Theme?, problems: [ThemeProblem]) {
        guard Self.isPlain(name), depth < 8, let (file, text) = text(of: name) else {
            let text =
                depth < 8
                ? "no theme \"\(name)\"; there are " + names.joined(separator: ", ")
                : "themes inherit from each other in a circle"
            return (nil, [ThemeProblem(file: name, line: 0, text: text)])
        }
        var inherited: [ThemeProblem] = []
        var copy = self
        let (theme, problems) = ThemeParser.parse(text, file: file) { parent in
            let (theme, more) = copy.load(parent, depth: depth + 1)
            inherited += more
            return theme
        }
        watched = copy.watched
        return (theme, problems + inherited)
    }

    /// A name that cannot leave its folder.
    private static func isPlain(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 100 && !name.hasPrefix(".") && !name.contains("/") && !name.contains("\0")
    }

    private mutating func text(of name: String) -> (file: String, text: String)? {
        for folder in folders {
            let path = folder + "/" + name + ".theme"
            watched[path] = .some(Self.stamp(of: path))
            if let text = Self.read(path) { return (path, text) }
        }
        return BuiltInThemes.texts[name].map { (name + ".theme", $0) }
    }

    /// Whether a file of the theme loaded last has changed, come or gone since. Cheap: a few stat calls. The answer is
    /// true once; load again then.
    public mutating func hasChanged() -> Bool {
        var changed = false
        for (path, old) in watched {
            let new = Self.stamp(of: path)
            if new != old {
                watched[path] = .some(new)
                changed = true
            }
        }
        return changed
    }

    private static func stamp(of path: String) -> Stamp? {
        var info = stat()
        guard stat(path, &info) == 0 else { return nil }
        return Stamp(
            seconds: info.st_mtim.tv_sec, nanoseconds: info.st_mtim.tv_nsec, size: Int(info.st_size),
            inode: UInt64(info.st_ino))
    }

    /// File names in a folder; none when it cannot be read.
    private static func entries(of folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory), names.count < 1_000 {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            names.append(name)
        }
        return names
    }

    /// A small text file; nil when it is none.
    private static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
        var bytes = [UInt8](repeating: 0, count: 256 * 1024)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
            }
            if got <= 0 { break }
            count += got
        }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
