import Core
import ProviderKit

/// The `setup` object (wire reference 2.2), with the fields the vendor refused taken out.
struct GeminiLiveSetup {
    /// What was taken out so far.
    private(set) var refused: [String] = []
    /// The object to send.
    private(set) var json: JSONValue

    /// The object for these options and this context. `seeds`: whether history follows as client content.
    init(_ options: GeminiLiveOptions, _ context: ProviderContext, handle: String?, seeds: Bool) {
        var generation = options.generation
        generation["responseModalities"] = ["AUDIO"]
        var setup: JSONValue = [
            "model": .string(options.dialect.path(ofModel: options.model)), "generationConfig": generation,
        ]
        if !context.instructions.isEmpty {
            setup["systemInstruction"] = ["parts": [["text": .string(context.instructions)]]]
        }
        let tools = Self.tools(options, context)
        if !tools.isEmpty { setup["tools"] = .array(tools) }
        setup["inputAudioTranscription"] = options.inputTranscription
        setup["outputAudioTranscription"] = options.outputTranscription
        if let input = Self.input(options, context) { setup["realtimeInputConfig"] = input }
        if options.resumes { setup["sessionResumption"] = handle.map { ["handle": .string($0)] } ?? .object([]) }
        setup["contextWindowCompression"] = options.compression
        // The third generation takes client content only as history before the start (wire reference 2.8 no. 4).
        if seeds, options.isThird { setup["historyConfig"] = ["initialHistoryInClientContent": true] }
        for member in options.extra { setup[member.key] = member.value }
        json = setup
    }

    private static func tools(_ options: GeminiLiveOptions, _ context: ProviderContext) -> [JSONValue] {
        var tools: [JSONValue] = []
        if !context.tools.isEmpty {
            let declarations = context.tools.map { tool in
                var declaration = ToolSchema.declaration(tool)
                declaration["behavior"] = options.toolBehavior.map { .string($0) }
                return declaration
            }
            tools.append(["functionDeclarations": .array(declarations)])
        }
        if options.searches { tools.append(["googleSearch": .object([])]) }
        return tools
    }

    private static func input(_ options: GeminiLiveOptions, _ context: ProviderContext) -> JSONValue? {
        var input = options.input
        if !context.vendorMayInterrupt, !options.isManual { input["activityHandling"] = "NO_INTERRUPTION" }
        guard let members = input.members, !members.isEmpty else { return nil }
        return input
    }

    /// Takes out the field that the vendor's reason for closing names: `Unknown name "proactivity" at 'setup': …` or
    /// `Invalid value at 'setup.generation_config.thinking_config' …`. Gives its path; nil when nothing can be left out.
    mutating func remove(namedIn reason: String) -> String? {
        let quoted = reason.split(separator: "'", omittingEmptySubsequences: false)
        let place = quoted.first { $0 == "setup" || $0.hasPrefix("setup.") }.map(String.init)
        var path = place ?? "setup"
        if let mark = reason.firstRange(of: "Unknown name \"") {
            let name = reason[mark.upperBound...].prefix { $0 != "\"" }
            guard !name.isEmpty else { return nil }
            path += ".\(name)"
        } else if place == nil {
            return nil
        }
        let steps = path.split(separator: ".").dropFirst().map(Self.camel)
        let clean = steps.joined(separator: ".")
        guard !steps.isEmpty, steps.count <= 6, steps != ["model"], !refused.contains(clean) else { return nil }
        guard Self.remove(steps[...], from: &json) else { return nil }
        refused.append(clean)
        return clean
    }

    /// `generation_config` is `generationConfig`; an index is left out, so that the whole list goes.
    private static func camel(_ step: Substring) -> String {
        let parts = step.prefix { $0 != "[" }.split(separator: "_")
        guard let first = parts.first else { return "" }
        return String(first) + parts.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private static func remove(_ steps: ArraySlice<String>, from node: inout JSONValue) -> Bool {
        guard let step = steps.first, var child = node[step] else { return false }
        let isList = child.array != nil
        if steps.count == 1 || isList {
            node[step] = nil
            return true
        }
        guard remove(steps.dropFirst(), from: &child) else { return false }
        node[step] = child
        return true
    }

    /// Takes out what an earlier connection learned that the vendor refuses.
    mutating func remove(_ paths: [String]) {
        for path in paths where Self.remove(path.split(separator: ".").map(String.init)[...], from: &json) {
            refused.append(path)
        }
    }
}
