import Core
import Glibc

/// Finds and reads the configuration: the file, its `.local` overlay, variables.
public enum ConfigurationLoader {
    /// Reads `explicit`, or else the first of `./sidetone.yaml` and `$XDG_CONFIG_HOME/sidetone/sidetone.yaml`; without any,
    /// the defaults. Throws naming file, line, cause and fix.
    public static func load(
        explicit: String?, environment: [String: String]
    ) throws(ConfigurationError) -> SidetoneConfiguration {
        guard let path = try find(explicit, environment) else { return SidetoneConfiguration() }
        var node = try ConfigurationNode.parse(try read(path), file: path)
        var files = [path]
        let overlay = overlayPath(path)
        if access(overlay, F_OK) == 0 {
            node = node.merged(with: try ConfigurationNode.parse(try read(overlay), file: overlay))
            files.append(overlay)
        }
        var configuration = try SidetoneConfiguration(try node.interpolated(environment))
        configuration.files = files
        return configuration
    }

    private static func find(
        _ explicit: String?, _ environment: [String: String]
    ) throws(ConfigurationError) -> String? {
        if let explicit {
            guard access(explicit, R_OK) == 0 else {
                throw ConfigurationError(
                    place: "--config \(explicit)", cause: String(cString: strerror(errno)),
                    fix: "give the path of a readable sidetone.yaml")
            }
            return explicit
        }
        let home =
            environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 }
            ?? environment["HOME"].map { $0 + "/.config" }
        let candidates = ["./sidetone.yaml"] + (home.map { ["\($0)/sidetone/sidetone.yaml"] } ?? [])
        return candidates.first { access($0, F_OK) == 0 }
    }

    private static func overlayPath(_ path: String) -> String {
        path.hasSuffix(".yaml") ? path.dropLast(5) + ".local.yaml" : path + ".local"
    }

    private static func read(_ path: String) throws(ConfigurationError) -> String {
        let refuse = { (why: String) in
            ConfigurationError(place: path, cause: why, fix: "make it a readable text file below 1 MiB")
        }
        let fd = open(path, O_RDONLY | O_CLOEXEC)
        guard fd >= 0 else { throw refuse(String(cString: strerror(errno))) }
        defer { close(fd) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        var got = Glibc.read(fd, &chunk, chunk.count)
        while got > 0, bytes.count <= 1 << 20 {
            bytes += chunk[..<got]
            got = Glibc.read(fd, &chunk, chunk.count)
        }
        guard got == 0 else { throw refuse(got < 0 ? String(cString: strerror(errno)) : "larger than 1 MiB") }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw refuse("not UTF-8") }
        return text
    }
}
