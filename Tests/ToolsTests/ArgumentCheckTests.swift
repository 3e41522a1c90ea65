import Core
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
            (#"{"city":"a","x":1}"#, "not known"),
            (#"{"city":"a","tags":["b",2]}"#, "tags[1]"), (#"[]"#, "type object"),
        ] as [(String, String?)])
    func faultsAreNamed(_ text: String, _ words: String?) throws {
        let fault = ArgumentCheck.fault(try JSONParser.parse(text), schema: Self.schema)
        if let words { #expect(fault?.contains(words) == true, "\(fault ?? "none")") } else { #expect(fault == nil) }
    }
}
