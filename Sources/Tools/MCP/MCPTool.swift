import Core

/// A tool as an MCP server lists it, and what its results mean to a model.
struct MCPTool: Equatable, Sendable {
    /// The server's own name.
    var name: String
    /// The name that models see: `server__tool`, of the characters that all vendors allow.
    var shownName: String
    var summary: String
    var schema: JSONValue
    /// Parameters that go into headers too, by header (modern HTTP).
    var mirrored: [(parameter: String, header: String)] = []

    static func == (a: MCPTool, b: MCPTool) -> Bool {
        a.name == b.name && a.shownName == b.shownName && a.summary == b.summary && a.schema == b.schema
    }

    /// Reads one entry of `tools/list`; nil when it is none, or its header annotations are not valid.
    init?(_ entry: JSONValue, server: String) {
        guard let name = entry["name"]?.string, !name.isEmpty, name.utf8.count <= 256 else { return nil }
        self.name = name
        shownName = Self.shownName(server, name)
        summary = entry["description"]?.string ?? entry["title"]?.string ?? name
        var schema = entry["inputSchema"] ?? .object([])
        guard schema.members != nil else { return nil }
        if schema["type"] == nil { schema["type"] = "object" }
        if schema["properties"] == nil { schema["properties"] = .object([]) }
        self.schema = schema
        for property in schema["properties"]?.members ?? [] {
            guard let header = property.value["x-mcp-header"] else { continue }
            guard let text = header.string, Self.isToken(text), Self.isPlain(property.value),
                !mirrored.contains(where: { $0.header.lowercased() == text.lowercased() })
            else { return nil }
            mirrored.append((property.key, text))
        }
    }

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & ~0x20) || $0 == 0x2D || $0 == 0x5F
            }
    }

    private static func isPlain(_ schema: JSONValue) -> Bool {
        ["string", "number", "integer", "boolean"].contains(schema["type"]?.string ?? "")
    }

    /// `server__tool` with everything but letters, digits, `_` and `-` as `_`, at most 64 characters.
    static func shownName(_ server: String, _ name: String) -> String {
        let raw = "\(server)__\(name)".utf8.map { byte -> UInt8 in
            let isFine =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & ~0x20) || byte == 0x5F || byte == 0x2D
            return isFine ? byte : 0x5F
        }
        return String(decoding: raw.prefix(64), as: UTF8.self)
    }

    /// Gives tools whose shown names fell together numbers at their ends.
    static func separated(_ tools: [MCPTool]) -> [MCPTool] {
        var seen: Set<String> = []
        return tools.map { tool in
            var tool = tool
            var number = 2
            while !seen.insert(tool.shownName).inserted {
                tool.shownName = String(shownName("", tool.shownName).dropFirst(2).prefix(60)) + "_\(number)"
                number += 1
            }
            return tool
        }
    }

    /// The headers of a call over modern HTTP.
    func headers(_ arguments: JSONValue) -> [HeaderField] {
        var fields = [HeaderField("Mcp-Name", MCPWire.headerValue(name))]
        for (parameter, header) in mirrored {
            guard let value = arguments[parameter], value != .null else { continue }
            fields.append(HeaderField("Mcp-Param-\(header)", MCPWire.headerValue(value.string ?? value.text)))
        }
        return fields
    }

    /// What a result of `tools/call` means.
    static func outcome(_ result: JSONValue) -> Result<ToolOutcome, ToolFailure> {
        switch result["resultType"]?.string {
        case nil, "complete"?: break
        case "input_required"?: return .failure(ToolFailure("the tool asks for input that cannot be given in a call"))
        default: return .failure(ToolFailure("the server's result is of an unknown type"))
        }
        let text = (result["content"]?.array ?? []).map(words).joined(separator: "\n")
        if result["isError"]?.bool == true { return .failure(ToolFailure(text.isEmpty ? "the tool failed" : text)) }
        if let structured = result["structuredContent"], structured != .null {
            return .success(ToolOutcome(structured))
        }
        return .success(ToolOutcome(.string(text)))
    }

    private static func words(_ item: JSONValue) -> String {
        switch item["type"]?.string {
        case "text"?: item["text"]?.string ?? ""
        case "resource"?: item["resource"]?["text"]?.string ?? "[\(item["resource"]?["uri"]?.string ?? "a resource")]"
        case "resource_link"?: "[\(item["uri"]?.string ?? "a link")]"
        case let kind?: "[\(kind), which cannot be spoken]"
        case nil: ""
        }
    }
}
