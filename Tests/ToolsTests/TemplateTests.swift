import Core
import TestKit
import Testing

@testable import Tools

@Suite struct TemplateTests {
    static let variables: JSONValue = [
        "call": ["caller": "+49 30", "uuid": "u-1"], "args": ["city": "São/../x?&", "n": 3, "quote": "a\"b\nc"],
        "crm": ["contacts": [["id": 7, "name": "Ann"], ["id": 8]], "odd key": true],
    ]

    @Test(arguments: [
        ("hi", "hi"), ("${call.caller}!", "+49 30!"), ("${crm.contacts[0].name}", "Ann"),
        ("${crm.contacts[*].id}", "[7,8]"),
        ("${call.name:-friend}", "friend"), ("$${call.caller}", "${call.caller}"), ("${crm[\"odd key\"]}", "true"),
        ("a${args.n}b${args.n}", "a3b3"), ("${call.x:-}", ""),
    ])
    func fills(_ text: String, _ expected: String) throws {
        #expect(try Template(text).filled(Self.variables) == expected)
    }

    @Test func valuesAreWrittenForTheirPlace() throws {
        #expect(try Template("/${args.city}").filled(Self.variables, writing: .url) == "/S%C3%A3o%2F..%2Fx%3F%26")
        #expect(try Template("{\"a\":\"${args.quote}\"}").filled(Self.variables, writing: .json) == #"{"a":"a\"b\nc"}"#)
        #expect(
            try Template.fill(["n": "${args.n}", "t": "x${args.n}", "deep": ["${crm.contacts[1]}"]], Self.variables)
                == ["n": 3, "t": "x3", "deep": [["id": 8]]])
    }

    @Test(arguments: ["${", "${}", "${a..b}", "${a[}", "${a[x]}", "${.a}", "${a.}"])
    func refusesInWords(_ text: String) {
        #expect(throws: ToolFailure.self) { try Template(text) }
    }

    @Test func whatIsMissingIsNamed() throws {
        let template = try Template("Hello ${crm.name}, ${call.caller}")
        #expect(throws: ToolFailure("there is no value crm.name")) { try template.filled(Self.variables) }
        let lenient = template.filledLeniently(Self.variables)
        #expect(lenient.text == "Hello , +49 30" && lenient.missing == ["crm.name"])
    }

    @Test func survivesRandomTemplates() {
        var mutator = MessageMutator(
            seeds: ["${call.caller}", "a${crm.contacts[0].id:-x}b$${c}", "$.crm['odd key'][*].x"].map {
                Array($0.utf8)
            }, seed: 3)
        var filled = 0
        for _ in 0..<10_000 {
            let text = String(decoding: mutator.next(), as: UTF8.self)
            if let template = try? Template(text), (try? template.filled(Self.variables, writing: .url)) != nil {
                filled += 1
            }
            _ = (try? ValuePath(text))?.pick(from: Self.variables)
        }
        #expect(filled > 1000)
    }
}
