import Core
import TestKit
import Testing

@testable import Recording

@Suite struct TimeTextTests {
    private let now = WallTime(nanoseconds: 1_795_000_000_000_000_000)

    @Test(arguments: [
        ("2026-11-18", "2026-11-18T00:00:00.000Z"), ("2026-11-18T11:06", "2026-11-18T11:06:00.000Z"),
        ("2026-11-18T11:06:40Z", "2026-11-18T11:06:40.000Z"), ("2026-11-18 11:06:40.25", "2026-11-18T11:06:40.250Z"),
        ("2d", "2026-11-16T11:06:40.000Z"), ("90m", "2026-11-18T09:36:40.000Z"),
        ("2026-02-29", nil), ("2026-13-01", nil), ("2026-1-01", nil), ("", nil), ("d", nil), ("-3d", nil), ("3", nil),
        ("2026-11-18T25:00", nil), ("2026-11-18T11:06:40.", nil), ("2026-11-18T11:06:40.1234567890", nil),
        ("9999999999999999999d", nil), ("99999999999999d", nil), ("２d", nil),
    ]) func moments(text: String, expected: String?) {
        #expect(TimeText.moment(text, now: now)?.rfc3339 == expected, "\(text)")
    }

    @Test(
        arguments: [
            ("10G", 10_000_000_000), ("1.5M", 1_500_000), ("500kb", 500_000), ("2T", 2_000_000_000_000),
        ] as [(String, Int64)]) func sizes(text: String, expected: Int64)
    { #expect(TimeText.size(text) == expected) }

    @Test(arguments: ["", "G", "10", "-1G", "1e3G", "infG", "nanG", "1.1.1G", "99999999999999T"])
    func sizesThatAreNone(text: String) { #expect(TimeText.size(text) == nil) }

    @Test func anythingMayBeTyped() {
        var random = SeededRandom(seed: 5)
        let letters = Array("0123456789-:TZ.dhmGK é")
        for _ in 0..<10_000 {
            let text = String(
                (0..<Int.random(in: 0...26, using: &random)).map { _ in
                    letters[Int.random(in: 0..<letters.count, using: &random)]
                })
            _ = (TimeText.moment(text, now: now), TimeText.size(text), TimeText.span(text), TimeText.isDay(text))
        }
    }
}
