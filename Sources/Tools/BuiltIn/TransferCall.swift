import Core

/// `transfer_call`: hands the caller over to another extension, after the agent's words were heard.
///
/// Where to is decided by the configuration, never by the model: it chooses among named destinations, or gives a number that
/// the configured pattern allows.
public struct TransferCall: Sendable, Equatable {
    /// Destinations by the names that the model sees.
    public var destinations: [(name: String, target: TransferTarget)]
    /// What other numbers may look like; nil allows none.
    public var numbers: Pattern?

    /// Allowed destinations.
    public init(destinations: [(name: String, target: TransferTarget)] = [], numbers: Pattern? = nil) {
        self.destinations = destinations
        self.numbers = numbers
    }

    public static func == (a: TransferCall, b: TransferCall) -> Bool {
        a.numbers == b.numbers && a.destinations.map(\.name) == b.destinations.map(\.name)
            && a.destinations.map(\.target) == b.destinations.map(\.target)
    }

    /// The tool as long as nothing is configured: it refuses in words.
    public static let tool = TransferCall().tool

    /// The tool with these destinations.
    public var tool: Tool {
        Tool(
            ToolDefinition(
                name: "transfer_call",
                summary:
                    "Transfers the caller to somebody else. Say so first; the transfer waits until you were heard.",
                parameters: [
                    "type": "object", "required": ["destination"], "additionalProperties": false,
                    "properties": ["destination": destinationSchema],
                ]), timeout: .seconds(25)
        ) { invocation in
            transfer(invocation)
        }
    }

    private var destinationSchema: JSONValue {
        let names = destinations.map { JSONValue.string($0.name) }
        guard let numbers else {
            let base: JSONValue = ["type": "string", "description": "Who the caller is transferred to."]
            guard !names.isEmpty else { return base }
            var named = base
            named["enum"] = .array(names)
            return named
        }
        let number: JSONValue = ["type": "string", "pattern": .string(numbers.text)]
        let choices: [JSONValue] = names.isEmpty ? [number] : [["enum": .array(names)], number]
        return ["description": "A name of the list or a number.", "anyOf": .array(choices)]
    }

    @EngineActor
    private func transfer(_ invocation: ToolInvocation) -> ToolCancel? {
        let wanted = invocation.arguments["destination"]?.string ?? ""
        guard invocation.scope.isPhoneCall, let callID = invocation.scope.callID else {
            invocation.fail("this is no phone call, so there is nobody to transfer")
            return nil
        }
        guard let telephony = invocation.ports.telephony else {
            invocation.fail("transfers are not set up here")
            return nil
        }
        let named = destinations.first { $0.name == wanted }?.target
        let target = named ?? (numbers?.isFound(in: wanted) == true ? TransferTarget(exten: wanted) : nil)
        guard let target else {
            invocation.fail(
                "\(wanted) is not a destination; there are: \(destinations.map(\.name).joined(separator: ", "))")
            return nil
        }
        return telephony.transfer(callID: callID, to: target, timeout: .seconds(10)) { failure in
            if let failure { return invocation.finish(.failure(failure)) }
            invocation.finish(.success(ToolOutcome(["status": "transferred", "destination": .string(wanted)])))
        }
    }
}
