import Core

/// Checks arguments against the part of JSON Schema that tools use: type, required, enum, properties, items,
/// minimum and maximum, additionalProperties false.
public enum ArgumentCheck {
    /// What is wrong, with the path to it; nil when all fits.
    public static func fault(_ value: JSONValue, schema: JSONValue, path: String = "arguments") -> String? {
        if let type = schema["type"]?.string, !fits(value, type) { return "\(path) should be of type \(type)" }
        if let allowed = schema["enum"]?.array, !allowed.contains(value) {
            return "\(path) should be one of \(allowed.map(\.text).joined(separator: ", "))"
        }
        if let number = value.double {
            if let least = schema["minimum"]?.double, number < least { return "\(path) should be at least \(least)" }
            if let most = schema["maximum"]?.double, number > most { return "\(path) should be at most \(most)" }
        }
        if let items = value.array, let schema = schema["items"] {
            for (i, item) in items.enumerated() {
                if let fault = fault(item, schema: schema, path: "\(path)[\(i)]") { return fault }
            }
        }
        return memberFault(value, schema, path)
    }

    private static func memberFault(_ value: JSONValue, _ schema: JSONValue, _ path: String) -> String? {
        guard let members = value.members else { return nil }
        for name in schema["required"]?.array?.compactMap(\.string) ?? [] where value[name] == nil {
            return "\(path).\(name) is missing"
        }
        for member in members {
            if let own = schema["properties"]?[member.key] {
                if let fault = fault(member.value, schema: own, path: "\(path).\(member.key)") { return fault }
            } else if schema["additionalProperties"] == .bool(false) {
                return "\(path).\(member.key) is not known"
            }
        }
        return nil
    }

    private static func fits(_ value: JSONValue, _ type: String) -> Bool {
        switch type {
        case "object": value.members != nil
        case "array": value.array != nil
        case "string": value.string != nil
        case "integer": value.int != nil
        case "number": value.double != nil
        case "boolean": value.bool != nil
        case "null": value == .null
        default: true
        }
    }
}
