import ArgumentParser
import Glibc

/// The program. Signals are kept from all threads here, before any thread exists; `talk` and `serve` read them in order.
@main
struct Sidetone {
    static func main() {
        signal(SIGPIPE, SIG_IGN)
        withoutCoreFiles()
        _ = Output.isASCII
        SidetoneCommand.main()
    }

    /// A core file would hold the keys of the environment and what was said; the crash report takes its place.
    ///
    /// SIDETONE_CORE=1 leaves the limit as it is. One byte instead of none: Linux gives a piped core nothing by it either.
    private static func withoutCoreFiles() {
        if let wanted = getenv("SIDETONE_CORE"), String(cString: wanted) == "1" { return }
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = min(limit.rlim_max, 1)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
    }
}

struct SidetoneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sidetone",
        abstract: "A terminal voice console: talk to any voice agent, watch live Asterisk calls, record and replay.",
        discussion: """
            Without a subcommand: talk. It needs no key and no sound card: the embedded offline agent is the default.

            Exit codes: 0 done, 1 failed (doctor: warnings), 2 doctor found errors, 64 wrong arguments, \
            78 wrong configuration.
            """,
        version: Version.text,
        subcommands: [
            TalkCommand.self, ServeCommand.self, AttachCommand.self, CtlCommand.self, DoctorCommand.self,
            DevicesCommand.self, ProvidersCommand.self,
            ThemesCommand.self, KeysCommand.self, ToolsCommand.self, SessionsCommand.self, ReplayCommand.self,
            RcaCommand.self, CompareCommand.self,
            BenchCommand.self,
        ],
        defaultSubcommand: TalkCommand.self)
}

/// The program's version.
enum Version {
    static let number = "0.1.0"
    static let text = "sidetone \(number)"
}
