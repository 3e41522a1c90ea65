import Configuration
import Core
import Foundation
import Recording
import Terminal

/// What the commands beside `talk` and `serve` start from: environment, configuration, folders.
struct CommandContext: Sendable {
    let environment: [String: String]
    let configuration: SidetoneConfiguration

    /// Reads the configuration. Throws `ConfigurationError`.
    init(config: String?) throws(ConfigurationError) {
        environment = Self.environment
        configuration = try ConfigurationLoader.load(explicit: config, environment: environment)
    }

    /// A context without any file.
    init(defaults environment: [String: String] = CommandContext.environment) {
        self.environment = environment
        configuration = SidetoneConfiguration()
    }

    /// The variables of this process.
    static var environment: [String: String] { ProcessInfo.processInfo.environment }

    /// Where the sessions are: what was asked for, the configuration's, the default.
    func sessionsFolder(_ wish: String?) -> String {
        wish ?? configuration.sessionsFolder ?? Setup.defaultSessions(environment)
    }

    /// The themes of all folders.
    func themeStore() -> ThemeStore {
        ThemeStore(
            folders: ThemeStore.searchFolders(
                wish: configuration.themesFolder, environment: environment,
                executable: CommandLine.arguments.first ?? ""))
    }
}

extension SessionStore {
    /// A session by the path of its folder, or by its name (or a unique part) in the store.
    func session(_ text: String) throws(DiskError) -> StoredSession {
        if FileKind(text) == .folder, !(try names()).contains(text) { return try StoredSession(path: text) }
        return try open(text)
    }
}

/// Ends the command with exit code 1 after saying what the disk said.
func reportingDisk<T>(_ body: () throws -> T) throws -> T {
    do { return try body() } catch let error as DiskError {
        Output.error("sidetone: \(SafeText(error.description))")
        throw Exit.failed
    }
}
