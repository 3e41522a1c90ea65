import Core
import Testing

@testable import ProviderKit

/// Goldens of the shapes in which vendors take tools.
@Suite struct ToolSchemaTests {
    private let weather = ToolDefinition(
        name: "get_weather", summary: "The weather in a city",
        parameters: [
            "type": "object",
            "properties": [
                "city": ["type": "string", "minLength": 1], "unit": ["enum": ["C", "F"]],
                "days": ["type": ["integer", "null"], "minimum": 1, "default": 1],
            ],
            "required": ["city"], "additionalProperties": false,
        ])
    private let bare = ToolDefinition(name: "now", summary: "The time", parameters: .object([]))

    @Test func flat() {
        #expect(
            ToolSchema.flat(weather).text
                == #"{"type":"function","name":"get_weather","description":"The weather in a city","parameters":{"type":"object","properties":{"city":{"type":"string","minLength":1},"unit":{"enum":["C","F"]},"days":{"type":["integer","null"],"minimum":1,"default":1}},"required":["city"],"additionalProperties":false}}"#
        )
        #expect(
            ToolSchema.flat(bare).text
                == #"{"type":"function","name":"now","description":"The time","parameters":{"type":"object","properties":{}}}"#
        )
    }

    @Test func nested() {
        #expect(
            ToolSchema.nested(bare).text
                == #"{"type":"function","function":{"name":"now","description":"The time","parameters":{"type":"object","properties":{}}}}"#
        )
    }

    @Test func inputSchema() {
        #expect(
            ToolSchema.inputSchema(bare).text
                == #"{"name":"now","description":"The time","input_schema":{"type":"object","properties":{}}}"#)
    }

    @Test func functions() {
        #expect(
            ToolSchema.functions(bare).text
                == #"{"name":"now","description":"The time","parameters":{"type":"object","properties":{}}}"#)
    }

    @Test func declaration() {
        #expect(
            ToolSchema.declaration(weather).text
                == #"{"name":"get_weather","description":"The weather in a city","parameters":{"type":"OBJECT","properties":{"city":{"type":"STRING","minLength":1},"unit":{"type":"STRING","enum":["C","F"]},"days":{"type":"INTEGER","nullable":true,"minimum":1}},"required":["city"]}}"#
        )
        #expect(ToolSchema.declaration(bare).text == #"{"name":"now","description":"The time"}"#)
    }

    @Test func declarationFollowsReferencesAndAlternatives() {
        let tool = ToolDefinition(
            name: "book", summary: "",
            parameters: [
                "$defs": ["Day": ["type": "string", "format": "date"]], "type": "object",
                "properties": [
                    "day": ["$ref": "#/$defs/Day"], "who": ["anyOf": [["type": "string"], ["type": "null"]]],
                    "list": ["type": "array", "items": ["const": 3]],
                ],
            ])
        #expect(
            ToolSchema.declaration(tool)["parameters"]?.text
                == #"{"type":"OBJECT","properties":{"day":{"type":"STRING","format":"date"},"who":{"nullable":true,"anyOf":[{"type":"STRING"}]},"list":{"type":"ARRAY","items":{"type":"STRING","enum":["3"]}}}}"#
        )
    }

    @Test func aSchemaThatContainsItselfEnds() {
        let tool = ToolDefinition(
            name: "loop", summary: "",
            parameters: [
                "$defs": ["A": ["$ref": "#/$defs/A"]], "type": "object", "properties": ["a": ["$ref": "#/$defs/A"]],
            ])
        #expect(ToolSchema.declaration(tool)["parameters"]?["properties"]?["a"]?["type"]?.string == "STRING")
    }
}
