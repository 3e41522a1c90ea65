import Core

/// Checks arguments against the part of JSON Schema (2020-12) that tools use: type (one or several), nullable, required,
/// enum, const, properties, additionalProperties, items, prefixItems, lengths and counts, minimum and maximum (exclusive
/// too), multipleOf, pattern, anyOf, oneOf, allOf, not, and `$ref` to local definitions. Other keywords, `format` among them,
/// check nothing. Remote references are never fetched.
public enum ArgumentCheck {
    /// What is wrong, with the path to it; nil when all fits.
    public static func fault(_ value: JSONValue, schema: JSONValue, path: String = "arguments") -> String? {
        SchemaWalk(root: schema).fault(value, schema, path, depth: 0)
    }
}

/// One check with the root that references point into.
struct SchemaWalk {
    let root: JSONValue

    func fault(_ value: JSONValue, _ given: JSONValue, _ path: String, depth: Int) -> String? {
        if case .bool(let allows) = given { return allows ? nil : "\(path) is not allowed" }
        guard depth < 64 else { return "\(path) is nested too deeply for its schema" }
        var schema = given
        if let reference = given["$ref"]?.string {
            guard let found = resolve(reference) else {
                return "\(path): the schema refers to \(reference), which is not there"
            }
            if let fault = fault(value, found, path, depth: depth + 1) { return fault }
            schema["$ref"] = nil
        }
        if schema["nullable"]?.bool == true, value == .null { return nil }
        return typeFault(value, schema, path) ?? scalarFault(value, schema, path)
            ?? choiceFault(value, schema, path, depth) ?? itemFault(value, schema, path, depth)
            ?? memberFault(value, schema, path, depth)
    }

    /// `#`, `#/$defs/name`, `#/definitions/name` and any other local pointer (RFC 6901).
    private func resolve(_ reference: String) -> JSONValue? {
        guard reference.hasPrefix("#") else { return nil }
        var value = root
        for part in reference.dropFirst().split(separator: "/") {
            let key = part.replacing("~1", with: "/").replacing("~0", with: "~")
            guard let next = value[String(key)] ?? Int(key).flatMap({ value[$0] }) else { return nil }
            value = next
        }
        return value
    }

    // MARK: Values

    private func typeFault(_ value: JSONValue, _ schema: JSONValue, _ path: String) -> String? {
        let types = schema["type"]?.array?.compactMap(\.string) ?? schema["type"]?.string.map { [$0] } ?? []
        if !types.isEmpty, !types.contains(where: { fits(value, $0) }) {
            return "\(path) should be of type \(types.joined(separator: " or "))"
        }
        if let allowed = schema["enum"]?.array, !allowed.contains(where: { same($0, value) }) {
            return "\(path) should be one of \(allowed.map(\.text).joined(separator: ", "))"
        }
        if let only = schema["const"], !same(only, value) { return "\(path) should be \(only.text)" }
        return nil
    }

    /// Numbers are compared by value: 1 and 1.0 are the same.
    private func same(_ a: JSONValue, _ b: JSONValue) -> Bool {
        if let x = a.double, let y = b.double { return x == y }
        return a == b
    }

    private func fits(_ value: JSONValue, _ type: String) -> Bool {
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

    private func scalarFault(_ value: JSONValue, _ schema: JSONValue, _ path: String) -> String? {
        if let number = value.double { return numberFault(number, schema, path) }
        guard let text = value.string else { return nil }
        let count = text.unicodeScalars.count
        if let least = schema["minLength"]?.int, count < least {
            return "\(path) should have at least \(least) characters"
        }
        if let most = schema["maxLength"]?.int, count > most { return "\(path) should have at most \(most) characters" }
        // A pattern that is not understood refuses nothing: the tool itself still can.
        if let source = schema["pattern"]?.string, let pattern = try? Pattern(source), !pattern.isFound(in: text) {
            return "\(path) should match \(source)"
        }
        return nil
    }

    private func numberFault(_ number: Double, _ schema: JSONValue, _ path: String) -> String? {
        if let least = schema["minimum"]?.double, number < least { return "\(path) should be at least \(least)" }
        if let most = schema["maximum"]?.double, number > most { return "\(path) should be at most \(most)" }
        if let bound = schema["exclusiveMinimum"]?.double, number <= bound {
            return "\(path) should be more than \(bound)"
        }
        if let bound = schema["exclusiveMaximum"]?.double, number >= bound {
            return "\(path) should be less than \(bound)"
        }
        if let step = schema["multipleOf"]?.double, step > 0 {
            let quotient = number / step
            if abs(quotient - quotient.rounded()) > 1e-9 { return "\(path) should be a multiple of \(step)" }
        }
        return nil
    }

    // MARK: Choices

    private func choiceFault(_ value: JSONValue, _ schema: JSONValue, _ path: String, _ depth: Int) -> String? {
        for part in schema["allOf"]?.array ?? [] {
            if let fault = fault(value, part, path, depth: depth + 1) { return fault }
        }
        if let any = schema["anyOf"]?.array {
            let faults = any.map { fault(value, $0, path, depth: depth + 1) }
            if !faults.contains(nil) { return "\(path) fits none of its kinds: \(words(faults))" }
        }
        if let one = schema["oneOf"]?.array {
            let faults = one.map { fault(value, $0, path, depth: depth + 1) }
            let fitting = faults.count { $0 == nil }
            if fitting == 0 { return "\(path) fits none of its kinds: \(words(faults))" }
            if fitting > 1 { return "\(path) fits \(fitting) kinds at once and should fit one" }
        }
        if let not = schema["not"], fault(value, not, path, depth: depth + 1) == nil {
            return "\(path) is of a kind that is not allowed"
        }
        return nil
    }

    private func words(_ faults: [String?]) -> String { faults.compactMap { $0 }.prefix(3).joined(separator: "; or ") }

    // MARK: Arrays and objects

    private func itemFault(_ value: JSONValue, _ schema: JSONValue, _ path: String, _ depth: Int) -> String? {
        guard let items = value.array else { return nil }
        if let least = schema["minItems"]?.int, items.count < least {
            return "\(path) should have at least \(least) items"
        }
        if let most = schema["maxItems"]?.int, items.count > most { return "\(path) should have at most \(most) items" }
        if schema["uniqueItems"]?.bool == true, Set(items.map(\.text)).count < items.count {
            return "\(path) has an item twice"
        }
        let first = schema["prefixItems"]?.array ?? []
        for (i, item) in items.enumerated() {
            guard let own = i < first.count ? first[i] : schema["items"] else { continue }
            if let fault = fault(item, own, "\(path)[\(i)]", depth: depth + 1) { return fault }
        }
        return nil
    }

    private func memberFault(_ value: JSONValue, _ schema: JSONValue, _ path: String, _ depth: Int) -> String? {
        guard let members = value.members else { return nil }
        for name in schema["required"]?.array?.compactMap(\.string) ?? [] where value[name] == nil {
            return "\(path).\(name) is missing"
        }
        let known = schema["properties"]?.members?.map(\.key) ?? []
        for member in members {
            let place = "\(path).\(member.key)"
            if let own = schema["properties"]?[member.key] {
                if let fault = fault(member.value, own, place, depth: depth + 1) { return fault }
            } else if schema["additionalProperties"] == .bool(false) {
                let near = Spelling.nearest(to: member.key, among: known).map { "; did you mean \($0)?" } ?? ""
                return "\(place) is not known\(near)"
            } else if let other = schema["additionalProperties"], other.members != nil {
                if let fault = fault(member.value, other, place, depth: depth + 1) { return fault }
            }
        }
        return nil
    }
}
