import Core

/// Tool calls beside those that were expected. Pure.
enum ToolComparison {
    /// Each expected call takes the first call of its name with equal arguments, else the first of its name; what is left over is
    /// extra. In the order of the calls made, missing ones last.
    static func compare(expected: [CallerScript.Call], made: [CompareTurn.Call]) -> [CompareTurn.Call] {
        var open = Array(expected.enumerated())
        var result = made
        for index in result.indices {
            let call = result[index]
            guard
                let place = open.firstIndex(where: {
                    $0.element.name == call.name && same($0.element.arguments, call.arguments)
                })
            else { continue }
            result[index].verdict = .equal
            open.remove(at: place)
        }
        for index in result.indices where result[index].verdict != .equal {
            guard let place = open.firstIndex(where: { $0.element.name == result[index].name }) else {
                result[index].verdict = .extra
                continue
            }
            result[index].verdict = .differs
            result[index].expected = open.remove(at: place).element.arguments
        }
        return result
            + open.map { CompareTurn.Call(name: $0.element.name, arguments: $0.element.arguments, verdict: .missing) }
    }

    /// Equal as JSON: order of members and the spelling of numbers make no difference. What is no JSON is compared as text.
    static func same(_ a: String, _ b: String) -> Bool {
        let (left, right) = (a.isEmpty ? "{}" : a, b.isEmpty ? "{}" : b)
        guard let first = try? JSONParser.parse(left), let second = try? JSONParser.parse(right) else {
            return left == right
        }
        return canonical(first) == canonical(second)
    }

    /// Members sorted, whole numbers as integers.
    static func canonical(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let members):
            .object(members.map { .init($0.key, canonical($0.value)) }.sorted { $0.key < $1.key })
        case .array(let items): .array(items.map(canonical))
        case .double(let number) where number == number.rounded() && abs(number) < 9e15: .int(Int64(number))
        default: value
        }
    }
}
