import ArgumentParser
import Console
import Core
import Glibc
import Terminal

extension ThemesCommand {
    /// `sidetone themes import`.
    struct ImportCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import",
            abstract: "Make a theme from one of btop, readable and told apart by every kind of eye.",
            discussion: """
                Written to the themes folder of the user's configuration under the file's name, unless told otherwise.
                Exit codes: 0 done, 1 not written or with findings, 64 wrong arguments, 78 wrong configuration.
                """)

        @OptionGroup var file: ConfigOption

        @Option(name: .long, help: ArgumentHelp("Name of the new theme; else the file's.", valueName: "name"))
        var name: String?

        @Option(name: .long, help: ArgumentHelp("Where to write it; - prints it.", valueName: "file"))
        var output: String?

        @Flag(name: .long, help: "Keep the colours as they are, readable or not.")
        var exact = false

        @Flag(name: .long, help: "Replace a file that is there.")
        var force = false

        @Argument(help: ArgumentHelp("A .theme file of btop.", valueName: "file"))
        var source: String

        func validate() throws {
            guard name.map(Self.isPlain) ?? true else {
                throw ValidationError("--name \(name ?? ""): use letters, digits, - and _.")
            }
        }

        private static func isPlain(_ name: String) -> Bool {
            !name.isEmpty && name.utf8.count <= 60
                && name.utf8.allSatisfy { $0 == 0x2D || $0 == 0x5F || (0x30...0x39).contains($0) || isLetter($0) }
        }

        private static func isLetter(_ byte: UInt8) -> Bool {
            (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }

        func run() throws {
            let context = try reportingMistakes { try CommandContext(config: file.config) }
            guard FileKind(source) == .file, let text = TextFile.read(source) else {
                Output.error("sidetone: \(SafeText(source)): the file cannot be read. Give the path of a .theme file")
                throw Exit.failed
            }
            let name = name ?? Self.stem(source)
            let made = ThemeImport(btop: text, file: source, name: name, exact: exact)
            for problem in made.problems { Output.error("\(problem)") }
            for note in made.notes { Output.error("\(name): \(note)") }
            let theme = made.theme.text(remarks: ["made by `sidetone themes import` from a theme of btop"])
            let path = output ?? Self.folder(context.environment) + "/\(name).theme"
            try write(theme, to: path)
            let read = ThemeParser.parse(theme, file: path == "-" ? name + ".theme" : path)
            let findings = read.problems + ThemeLint.check(read.theme) + StateProof.findings(read.theme)
            for finding in findings { Output.error("\(finding)") }
            guard findings.isEmpty else { throw Exit.failed }
            if path != "-" { Output.line("wrote \(SafeText(path)), good; use it with --theme \(name)") }
        }

        private func write(_ text: String, to path: String) throws {
            if path == "-" { return Output.text(text) }
            if let slash = path.lastIndex(of: "/") { Self.makeFolders(String(path[..<slash])) }
            let flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (force ? O_TRUNC : O_EXCL)
            let descriptor = open(path, flags, 0o644)
            guard descriptor >= 0 else {
                let why =
                    errno == EEXIST ? "it is there already; --force replaces it" : String(cString: strerror(errno))
                Output.error("sidetone: cannot write \(SafeText(path)): \(why)")
                throw Exit.failed
            }
            defer { close(descriptor) }
            let bytes = Array(text.utf8)
            guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
                Output.error("sidetone: \(SafeText(path)) is not whole: the disk may be full")
                throw Exit.failed
            }
        }

        /// The file's name without its ending, as far as a name may hold it.
        private static func stem(_ path: String) -> String {
            var name = path.split(separator: "/").last.map(String.init) ?? ""
            if name.hasSuffix(".theme") { name.removeLast(6) }
            let plain = String(
                decoding: name.utf8.map { isPlain(String(UnicodeScalar($0))) ? $0 : 0x2D }, as: UTF8.self)
            return plain.isEmpty ? "imported" : String(plain.prefix(60))
        }

        private static func folder(_ environment: [String: String]) -> String {
            let config =
                environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 }
                ?? (environment["HOME"] ?? "/tmp") + "/.config"
            return config + "/sidetone/themes"
        }

        private static func makeFolders(_ path: String) {
            var made = path.hasPrefix("/") ? "" : "."
            for part in path.split(separator: "/") {
                made += "/" + part
                mkdir(made, 0o755)
            }
        }
    }
}
