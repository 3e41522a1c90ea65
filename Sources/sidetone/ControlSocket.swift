import Core
import Glibc
import Network

/// Where the control socket of a running program is, and which programs can be reached.
struct ControlSocket: Sendable {
    /// Where to listen.
    enum Place: Sendable, Equatable {
        case off
        /// What the user asked for: anything wrong with it is an error.
        case explicit(String)
        /// The usual place; a second program takes a name with its process in it.
        case usual(String)
    }

    let place: Place

    /// What `--control` or `control:` says; nil is the usual place. Throws when it is no path.
    init(_ wish: String?, environment: [String: String]) throws(ConfigurationError) {
        switch wish {
        case nil: place = .usual(Self.usualPath(environment))
        case "off"?: place = .off
        case let path?:
            guard !path.isEmpty else {
                throw ConfigurationError(place: "--control", cause: "the path is empty", fix: "give a path, or off")
            }
            place = .explicit(Self.absolute(path))
        }
    }

    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        guard let folder = getcwd(nil, 0) else { return "/" + path }
        defer { free(folder) }
        return String(cString: folder) + "/" + path
    }

    /// `$XDG_RUNTIME_DIR/sidetone.sock`, else `/run/user/UID/sidetone.sock`, else in the state folder.
    static func usualPath(_ environment: [String: String]) -> String {
        if let folder = environment["XDG_RUNTIME_DIR"], folder.hasPrefix("/") { return folder + "/sidetone.sock" }
        let run = "/run/user/\(getuid())"
        if access(run, W_OK) == 0 { return run + "/sidetone.sock" }
        return stateFolder(environment) + "/sidetone.sock"
    }

    /// `$XDG_STATE_HOME/sidetone`, by default below the home folder.
    static func stateFolder(_ environment: [String: String]) -> String {
        let state = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        return (state ?? (environment["HOME"] ?? "/tmp") + "/.local/state") + "/sidetone"
    }

    // MARK: - Listening

    /// The path to listen at, and a word when it is not the usual one. Makes the folder of the usual place.
    func path() -> (path: String, remark: String?)? {
        switch place {
        case .off: return nil
        case .explicit(let path): return (path, nil)
        case .usual(let path):
            Self.makeFolder(Self.folder(of: path))
            Self.clearAway(besides: path)
            guard SocketFile.isAlive(path) else { return (path, nil) }
            let own = path.dropLast(".sock".count) + "-\(getpid()).sock"
            return (
                String(own),
                "another sidetone has the control socket \(path); this one is reached by sidetone attach \(own)"
            )
        }
    }

    private static func folder(of path: String) -> String {
        String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    }

    /// Makes a folder and those above it, for this user alone.
    static func makeFolder(_ folder: String) {
        guard !folder.isEmpty, access(folder, F_OK) != 0 else { return }
        makeFolder(Self.folder(of: folder))
        mkdir(folder, 0o700)
    }

    /// Removes what dead programs have left beside the usual socket.
    private static func clearAway(besides path: String) {
        for other in others(of: path) where SocketFile.isOwn(other) && !SocketFile.isAlive(other) { unlink(other) }
    }

    /// `sidetone-PID.sock` beside the usual socket.
    private static func others(of path: String) -> [String] {
        guard let folder = opendir(Self.folder(of: path)) else { return [] }
        defer { closedir(folder) }
        var found: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasPrefix("sidetone-"), name.hasSuffix(".sock") { found.append(Self.folder(of: path) + "/" + name) }
        }
        return found.sorted()
    }

    // MARK: - Finding

    /// The sockets of this user at which a program listens, the usual place first.
    static func running(_ environment: [String: String]) -> [String] {
        let usual = usualPath(environment)
        return ([usual] + others(of: usual)).filter { SocketFile.isOwn($0) && SocketFile.isAlive($0) }
    }
}
