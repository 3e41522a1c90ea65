import Core

/// Whether a line behind `:` can be understood: asked when it is run, and of macros and scripts before anything starts.
enum CommandLineCheck {
    /// What is wrong with it and what to do; nil when it can be run. An empty line can.
    static func problem(_ line: String) -> (cause: String, fix: String)? {
        let (name, argument) = split(line)
        guard !name.isEmpty else { return nil }
        guard let action = ActionTable.command(name) else {
            return ("unknown command: \(name)", meant(name) ?? "? lists the commands")
        }
        switch action.argument {
        case .text(let what, required: true) where argument.isEmpty:
            return ("\(name) needs: \(what)", "write it behind \(name)")
        case .onOff where !argument.isEmpty && ConsoleModel.flag(argument) == nil:
            return ("\(name) takes on or off, not \(argument)", "write `\(name) on`")
        case .choice(let names) where !argument.isEmpty && !names.contains(argument):
            let near = Spelling.nearest(to: argument, among: names).map { "did you mean \($0)?" }
            return (
                "\(name) takes \(names.joined(separator: ", ")), not \(argument)",
                near ?? "write `\(name) \(names.first ?? "")`"
            )
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

    /// `did you mean …?`; nil when nothing is near. `names` are the commands that could have been meant.
    static func meant(_ name: String, among names: [String] = CommandCompletion.names) -> String? {
        let near = nearest(name, among: names)
        return near.isEmpty ? nil : "did you mean " + near.joined(separator: ", ") + "?"
    }

    /// Commands that could have been meant: the nearest spelling, then those that begin alike. Three at most.
    static func nearest(_ name: String, among names: [String] = CommandCompletion.names) -> [String] {
        let near = Spelling.nearest(to: name, among: names)
        let alike = names.filter { $0.hasPrefix(name.prefix(2)) && $0 != near }
        return Array(((near.map { [$0] } ?? []) + alike).prefix(3))
    }
}
