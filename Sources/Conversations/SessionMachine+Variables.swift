import Core
import ProviderKit
import Tools

/// What the tools before the call found out, and what is told to those after it.
extension SessionMachine {
    /// Puts variables into instructions and greeting. Returns the paths for which there was no value.
    mutating func fill(_ variables: JSONValue) -> [String] {
        var missing: [String] = []
        let put = { (text: String) -> String in
            guard text.contains("${"), let template = try? Template(text) else { return text }
            let filled = template.filledLeniently(variables)
            missing += filled.missing
            return filled.text
        }
        settings.instructions = put(settings.instructions)
        settings.greeting = settings.greeting.map(put)
        return missing
    }

    /// The conversation as templates of tools after the call see it: `transcript` as text, `messages` as a list, `turns`.
    var summary: JSONValue {
        var lines: [String] = []
        var messages: [JSONValue] = []
        for item in history.items {
            let (role, text): (String, String)
            switch item {
            case .user(let words): (role, text) = ("user", words)
            case .agent(let words): (role, text) = ("agent", words)
            case .tool(let call, let output):
                messages.append([
                    "role": "tool", "name": .string(call.name), "arguments": .string(redaction.apply(call.arguments)),
                    "result": .string(redaction.apply(output)),
                ])
                continue
            }
            lines.append("\(role): \(text)")
            messages.append(["role": .string(role), "text": .string(text)])
        }
        return [
            "transcript": .string(lines.joined(separator: "\n")), "messages": .array(messages),
            "turns": .int(Int64(turn)),
        ]
    }
}
