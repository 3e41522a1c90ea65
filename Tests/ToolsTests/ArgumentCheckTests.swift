import Core
import TestKit
import Testing

@testable import Tools

@Suite struct ArgumentCheckTests {
    static let schema: JSONValue = [
        "type": "object", "required": ["city"], "additionalProperties": false,
        "properties": [
            "city": ["type": "string"], "days": ["type": "integer", "minimum": 1, "maximum": 7],
            "unit": ["enum": ["c", "f"]], "tags": ["type": "array", "items": ["type": "string"]],
        ],
    ]

    @Test(
        arguments: [
            (#"{"city":"Oslo"}"#, nil), (#"{}"#, "city is missing"), (#"{"city":1}"#, "type string"),
            (#"{"city":"a","days":9}"#, "at most"), (#"{"city":"a","unit":"k"}"#, "one of"),
            (#"{"city":"a","x":1}"#, "not known"), (#"{"city":"a","dys":1}"#, "did you mean days"),
            (#"{"city":"a","tags":["b",2]}"#, "tags[1]"), (#"[]"#, "type object"),
        ] as [(String, String?)])
    func faultsAreNamed(_ text: String, _ words: String?) throws {
        expect(try JSONParser.parse(text), Self.schema, words)
    }

    private func expect(_ value: JSONValue, _ schema: JSONValue, _ words: String?) {
        let fault = ArgumentCheck.fault(value, schema: schema)
        if let words { #expect(fault?.contains(words) == true, "\(fault ?? "none")") } else { #expect(fault == nil) }
    }

    @Test(
        arguments: [
            (#"{"type":"string","minLength":2,"maxLength":3}"#, #""a""#, "at least 2"),
            (#"{"type":"string","minLength":2,"maxLength":3}"#, #""abcd""#, "at most 3"),
            (#"{"type":"string","maxLength":3}"#, #""äöü""#, nil),
            (#"{"pattern":"^[A-Z]{2}$"}"#, #""no""#, "should match"), (#"{"pattern":"^[A-Z]{2}$"}"#, #""NO""#, nil),
            (#"{"pattern":"(?=x)"}"#, #""y""#, nil), (#"{"const":5}"#, "5.0", nil),
            (#"{"const":5}"#, "6", "should be 5"),
            (#"{"type":["string","null"]}"#, "null", nil), (#"{"type":["string","null"]}"#, "1", "string or null"),
            (#"{"type":"string","nullable":true}"#, "null", nil), (#"{"minItems":1}"#, "[]", "at least 1"),
            (#"{"maxItems":1}"#, "[1,2]", "at most 1"), (#"{"uniqueItems":true}"#, "[1,1]", "twice"),
            (#"{"anyOf":[{"type":"string"},{"type":"integer"}]}"#, "1", nil),
            (#"{"anyOf":[{"type":"string"},{"type":"integer"}]}"#, "true", "fits none"),
            (#"{"oneOf":[{"type":"integer"},{"minimum":3}]}"#, "4", "2 kinds"),
            (#"{"oneOf":[{"type":"integer"},{"minimum":3}]}"#, "3.5", nil),
            (#"{"allOf":[{"minimum":1},{"maximum":3}]}"#, "5", "at most"),
            (#"{"not":{"type":"string"}}"#, #""a""#, "not allowed"),
            (#"{"exclusiveMinimum":0}"#, "0", "more than"), (#"{"multipleOf":0.1}"#, "0.3", nil),
            (#"{"multipleOf":5}"#, "7", "multiple"), ("false", "1", "not allowed"), ("true", "1", nil),
            (
                ##"{"$defs":{"n":{"type":"integer"}},"properties":{"a":{"$ref":"#/$defs/n"}}}"##, #"{"a":"x"}"#,
                "a should be"
            ),
            (##"{"$defs":{"n":{"type":"integer"}},"properties":{"a":{"$ref":"#/$defs/n"}}}"##, #"{"a":1}"#, nil),
            (##"{"$ref":"#/$defs/none"}"##, "1", "not there"), (##"{"$ref":"https://x/y"}"##, "1", "not there"),
            (##"{"$ref":"#"}"##, "1", "deeply"), (#"{"prefixItems":[{"type":"string"}]}"#, "[1]", "[0]"),
            (#"{"additionalProperties":{"type":"integer"}}"#, #"{"x":"y"}"#, "x should be"),
        ] as [(String, String, String?)])
    func everyKeywordIsChecked(_ schema: String, _ value: String, _ words: String?) throws {
        expect(try JSONParser.parse(value), try JSONParser.parse(schema), words)
    }

    @Test func survivesRandomSchemas() {
        let seed =
            ##"{"type":"object","required":["a"],"properties":{"a":{"type":["string","null"],"pattern":"^a+$"},"b":{"anyOf":[{"$ref":"#/properties/a"},{"items":{"minimum":1,"multipleOf":2}}]}},"additionalProperties":false}"##
        var mutator = MessageMutator(seeds: [Array(seed.utf8)], seed: 5)
        var faults = 0
        for _ in 0..<10_000 {
            guard let schema = try? JSONParser.parse(mutator.next()) else { continue }
            for value in [["a": "aaa", "b": [1, 2]], schema] as [JSONValue] {
                if ArgumentCheck.fault(value, schema: schema) != nil { faults += 1 }
            }
        }
        #expect(faults > 100)
    }
}
