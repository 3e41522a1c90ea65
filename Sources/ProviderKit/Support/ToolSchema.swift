import Core

/// A tool in the shapes that vendors want. Shapes by the vendors' Python SDKs (openai 2, anthropic 0.7x, google-genai 1.5x, deepgram-sdk 5).
public enum ToolSchema {
    /// Type and function fields side by side: OpenAI Realtime, Live and Responses, Azure, xAI.
    public static func flat(_ tool: ToolDefinition) -> JSONValue {
        [
            "type": "function", "name": .string(tool.name), "description": .string(tool.summary),
            "parameters": object(tool.parameters),
        ]
    }

    /// The function in an object of its own: OpenAI Chat Completions and everything compatible with it.
    public static func nested(_ tool: ToolDefinition) -> JSONValue {
        ["type": "function", "function": bare(tool)]
    }

    /// Anthropic Messages: `input_schema`.
    public static func inputSchema(_ tool: ToolDefinition) -> JSONValue {
        [
            "name": .string(tool.name), "description": .string(tool.summary),
            "input_schema": object(tool.parameters),
        ]
    }

    /// An element of Deepgram's `functions`; without an endpoint the client runs it.
    public static func functions(_ tool: ToolDefinition) -> JSONValue { bare(tool) }

    /// An element of Gemini's `functionDeclarations`: the OpenAPI subset, types in capitals; one schema that it does not take fails the
    /// whole setup (wire reference 2.5), so what it does not know is left out.
    public static func declaration(_ tool: ToolDefinition) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("name", .string(tool.name)), ("description", .string(tool.summary)),
        ]
        let schema = subset(tool.parameters, definitions: tool.parameters["$defs"] ?? .null, depth: 0)
        if schema["properties"]?.members?.isEmpty == false { members.append(("parameters", schema)) }
        return .object(members.map { JSONValue.Member($0.0, $0.1) })
    }

    private static func bare(_ tool: ToolDefinition) -> JSONValue {
        [
            "name": .string(tool.name), "description": .string(tool.summary), "parameters": object(tool.parameters),
        ]
    }

    /// A schema without arguments still has to be an object schema with properties.
    private static func object(_ schema: JSONValue) -> JSONValue {
        guard let members = schema.members, !members.isEmpty else {
            return ["type": "object", "properties": .object([])]
        }
        guard schema["properties"] == nil else { return schema }
        return .object(members + [JSONValue.Member("properties", .object([]))])
    }

    // MARK: Gemini's subset

    private static let plain: Set<String> = [
        "description", "format", "minimum", "maximum", "minItems", "maxItems", "minLength", "maxLength", "pattern",
        "required", "title",
    ]

    private static func subset(_ schema: JSONValue, definitions: JSONValue, depth: Int) -> JSONValue {
        guard depth < 16, var members = schema.members else { return ["type": "STRING"] }
        if let name = schema["$ref"]?.string.flatMap({ $0.split(separator: "/").last }) {
            return subset(definitions[String(name)] ?? .null, definitions: definitions, depth: depth + 1)
        }
        let into = { (value: JSONValue) in subset(value, definitions: definitions, depth: depth + 1) }
        members = members.compactMap { member in
            switch member.key {
            case "type": return nil
            case "properties":
                return JSONValue.Member(
                    "properties", .object((member.value.members ?? []).map { JSONValue.Member($0.key, into($0.value)) })
                )
            case "items": return JSONValue.Member("items", into(member.value))
            case "anyOf", "oneOf":
                return JSONValue.Member("anyOf", .array((member.value.array ?? []).filter { !isNull($0) }.map(into)))
            case "enum":
                return JSONValue.Member(
                    "enum", .array((member.value.array ?? []).map { .string($0.string ?? $0.text) }))
            case "const": return JSONValue.Member("enum", [.string(member.value.string ?? member.value.text)])
            case let key where plain.contains(key): return member
            default: return nil
            }
        }
        return .object(typed(schema) + members)
    }

    private static func isNull(_ schema: JSONValue) -> Bool { schema["type"]?.string == "null" }

    /// `type` as one word in capitals; a list with `null` becomes `nullable`. An enumeration is of strings.
    private static func typed(_ schema: JSONValue) -> [JSONValue.Member] {
        let names = schema["type"]?.array?.compactMap(\.string) ?? [schema["type"]?.string].compactMap { $0 }
        let isEnumeration = schema["enum"] != nil || schema["const"] != nil
        let alternatives = schema["anyOf"] ?? schema["oneOf"]
        let isNullable = names.contains("null") || (alternatives?.array ?? []).contains(where: isNull)
        var members: [JSONValue.Member] = []
        if let name = isEnumeration ? "string" : names.first(where: { $0 != "null" }) {
            members.append(JSONValue.Member("type", .string(name.uppercased())))
        } else if alternatives == nil {
            members.append(JSONValue.Member("type", schema["properties"] == nil ? "STRING" : "OBJECT"))
        }
        if isNullable { members.append(JSONValue.Member("nullable", true)) }
        return members
    }
}
