import ArgumentParser
import Glibc

/// The program. Signals are kept from all threads here, before any thread exists; `talk` and `serve` read them in order.
@main
struct Sidetone {
    static func main() {
        signal(SIGPIPE, SIG_IGN)
        _ = Output.isASCII
        SidetoneCommand.main()
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
