import ArgumentParser
import Core

/// `sidetone doctor`: what this machine lacks.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check terminal, keys, devices, disk and network; say what to do.",
        discussion: """
            Opens the microphone and the speaker for 0.3 s each. Keys are never printed.
            Exit codes: 0 all is well, 1 warnings, 2 errors, 64 wrong arguments.
            """)

    @OptionGroup var file: ConfigOption

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
        let findings = Doctor.examine(config: file.config)
        let worst = findings.map(\.level).max() ?? .ok
        if json {
            let answer: JSONValue = ["worst": .string(worst.rawValue), "checks": .array(findings.map(\.json))]
            Output.line(answer.text)
        } else {
            for line in findings.flatMap(\.lines) { Output.line(line) }
            Output.line("")
            Output.line(summary(findings))
        }
        switch worst {
        case .ok: return
        case .warning: throw Exit.failed
        case .error: throw Exit.errors
        }
    }

    private func summary(_ findings: [Finding]) -> String {
        let count = { (level: Finding.Level) in findings.filter { $0.level == level }.count }
        let words = { (number: Int, word: String) in number == 1 ? "1 \(word)" : "\(number) \(word)s" }
        return
            "\(words(findings.count, "check")): \(words(count(.warning), "warning")), \(words(count(.error), "error"))"
    }
}
