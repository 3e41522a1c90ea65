import Core

/// Whether a line behind `:` can be understood: asked when it is run, and of macros and scripts before anything starts.
enum CommandLineCheck {
    /// What is wrong with it and what to do; nil when it can be run. An empty line can.
    static func problem(_ line: String) -> (cause: String, fix: String)? {
        let (name, argument) = split(line)
        guard !name.isEmpty else { return nil }
        guard let action = ActionTable.command(name) else {
            let near = nearest(name)
            let fix = near.isEmpty ? "? lists the commands" : "did you mean " + near.joined(separator: ", ") + "?"
            return ("unknown command: \(name)", fix)
        }
        switch action.argument {
        case .text(let what, required: true) where argument.isEmpty:
            return ("\(name) needs: \(what)", "write it behind \(name)")
        case .onOff where !argument.isEmpty && ConsoleModel.flag(argument) == nil:
            return ("\(name) takes on or off, not \(argument)", "write `\(name) on`")
        case .none where !argument.isEmpty:
            return ("\(name) takes nothing behind it", "write `\(name)` alone")
        default: return nil
        }
    }

    /// The command's name and what follows it.
    static func split(_ line: String) -> (name: String, argument: String) {
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        return (words.first ?? "", words.count > 1 ? String(words[1].drop { $0 == " " }) : "")
    }

    /// Commands that could have been meant: the nearest spelling, then those that begin alike. Three at most.
    static func nearest(_ name: String) -> [String] {
        let names = CommandCompletion.names
        let near = Spelling.nearest(to: name, among: names)
        let alike = names.filter { $0.hasPrefix(name.prefix(2)) && $0 != near }
        return Array(((near.map { [$0] } ?? []) + alike).prefix(3))
    }
}
