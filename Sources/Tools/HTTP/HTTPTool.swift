import Core

/// A tool that makes one HTTP request from templates: `http` (a look-up) and `webhook` (a message) of the configuration.
///
/// Scheme and host are fixed by the configuration: values only fill path, query, headers and body. Where the host's name leads
/// is judged by an `AddressPolicy` after it was resolved; redirects are not followed.
public struct HTTPTool: Sendable {
    /// What is sent.
    public enum Body: Sendable, Equatable {
        case none
        /// JSON in which every string is a template.
        case json(JSONValue)
        /// A template of this media type; values are escaped in JSON.
        case text(String, mediaType: String)
    }

    /// Name, description and schema of the arguments.
    public var definition: ToolDefinition
    /// The method in capitals.
    public var method: String
    /// Template of the URL.
    public var url: String
    /// Headers with templates as values; never shown.
    public var headers: [(name: String, value: String)] = []
    /// Query arguments with templates as values; one whose value is missing is left out.
    public var query: [(name: String, value: String)] = []
    public var body = Body.none
    /// What is picked from the JSON answer, by name; empty gives the whole answer.
    public var outputs: [(name: String, path: ValuePath)] = []
    /// Largest answer in bytes.
    public var maximumAnswer = 256 << 10
    public var timeout: Duration = .seconds(5)
    /// Which addresses may be reached.
    public var addresses = AddressPolicy()
    /// Said to the model in place of the cause when the request fails.
    public var failureText: String?

    /// A request. Throws in words when the templates are broken or the URL's host is not fixed.
    public init(_ definition: ToolDefinition, method: String, url: String) throws(ToolFailure) {
        self.definition = definition
        self.method = method
        self.url = url
        guard let mark = url.firstRange(of: "://") else { throw ToolFailure("the URL needs http:// or https://") }
        let end = url[mark.upperBound...].firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? url.endIndex
        guard !url[..<end].contains("${") else {
            throw ToolFailure("scheme and host must be fixed: put ${…} behind the host only")
        }
        guard let origin = try? URLParts(parsing: String(url[..<end])), ["http", "https"].contains(origin.scheme) else {
            throw ToolFailure("\(url[..<end]) is no http:// or https:// address")
        }
        _ = try Template(url)
    }

    /// Reads every template once, so that mistakes show at the start. Throws in words.
    public func check() throws(ToolFailure) {
        for pair in headers + query { _ = try Template(pair.value) }
        switch body {
        case .none: break
        case .text(let text, _): _ = try Template(text)
        case .json(let value): try Self.check(value)
        }
    }

    private static func check(_ value: JSONValue) throws(ToolFailure) {
        switch value {
        case .string(let text): _ = try Template(text)
        case .array(let items): for item in items { try check(item) }
        case .object(let members): for member in members { try check(member.value) }
        default: break
        }
    }

    /// The tool.
    public var tool: Tool {
        let request = self
        return Tool(definition, timeout: timeout) { invocation in request.run(invocation) }
    }

    @EngineActor
    private func run(_ invocation: ToolInvocation) -> ToolCancel? {
        guard let opener = invocation.ports.opener else {
            invocation.fail("there is no network here")
            return nil
        }
        let endpoint: HTTPEndpoint
        do throws(ToolFailure) { endpoint = try self.endpoint(invocation) } catch {
            invocation.finish(.failure(error))
            return nil
        }
        let fetch = HTTPFetch(endpoint, opener: opener, bound: maximumAnswer) { result in
            switch result {
            case .failure(let failure): invocation.finish(.failure(ToolFailure(failureText ?? failure.text)))
            case .success(let answer): invocation.finish(outcome(answer))
            }
        }
        return { fetch.cancel() }
    }

    // MARK: Request

    @EngineActor
    func endpoint(_ invocation: ToolInvocation) throws(ToolFailure) -> HTTPEndpoint {
        let variables = Self.variables(invocation, schema: definition.parameters)
        let filled = try Template(url).filled(variables, writing: .url)
        guard var parts = try? URLParts(parsing: filled) else { throw ToolFailure("\(filled) is no URL") }
        guard !parts.path.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }) else {
            throw ToolFailure("a value would lead out of the path of the URL")
        }
        for (name, value) in query {
            if let text = try? Template(value).filled(variables) { parts.addQuery(name, text) }
        }
        var fields: [HeaderField] = []
        for (name, value) in headers {
            fields.append(HeaderField(name, try Template(value).filled(variables), secret: true))
        }
        let (bytes, mediaType) = try content(variables)
        if let mediaType, !fields.contains(where: { $0.name.lowercased() == "content-type" }) {
            fields.append(HeaderField("Content-Type", mediaType))
        }
        if !fields.contains(where: { $0.name.lowercased() == "accept" }) {
            fields.append(HeaderField("Accept", "application/json"))
        }
        return HTTPEndpoint(
            method: method, url: parts, headers: fields, body: bytes.map { .whole($0) } ?? .none, timeout: timeout,
            addresses: addresses)
    }

    private func content(_ variables: JSONValue) throws(ToolFailure) -> ([UInt8]?, String?) {
        switch body {
        case .none: return (nil, nil)
        case .json(let value): return (try Template.fill(value, variables).bytes, "application/json")
        case .text(let text, let mediaType):
            let isJSON = mediaType.contains("json")
            return (Array(try Template(text).filled(variables, writing: isJSON ? .json : .plain).utf8), mediaType)
        }
    }

    /// The variables of the call with the arguments as `args`; arguments left out have their schema's default.
    @EngineActor
    static func variables(_ invocation: ToolInvocation, schema: JSONValue) -> JSONValue {
        var arguments = invocation.arguments
        for property in schema["properties"]?.members ?? [] where arguments[property.key] == nil {
            if let value = property.value["default"] { arguments[property.key] = value }
        }
        var variables = invocation.scope.variables
        variables["args"] = arguments
        return variables
    }

    // MARK: Answer

    func outcome(_ answer: HTTPAnswer) -> Result<ToolOutcome, ToolFailure> {
        switch answer.status {
        case 200..<300: break
        case 300..<400:
            return .failure(ToolFailure(failureText ?? "the server redirects elsewhere, which is not followed"))
        default: return .failure(ToolFailure(failureText ?? "the server answered with status \(answer.status)"))
        }
        guard !answer.body.isEmpty else { return .success(ToolOutcome(["status": .int(Int64(answer.status))])) }
        guard let value = try? JSONParser.parse(answer.body) else {
            guard outputs.isEmpty else { return .failure(ToolFailure(failureText ?? "the answer is not JSON")) }
            return .success(ToolOutcome(.string(String(decoding: answer.body, as: UTF8.self))))
        }
        guard !outputs.isEmpty else { return .success(ToolOutcome(value)) }
        return .success(
            ToolOutcome(.object(outputs.map { JSONValue.Member($0.name, $0.path.pick(from: value) ?? .null) })))
    }
}
