import Testing

@testable import Terminal

@Suite struct DisplayWidthTests {
    @Test(arguments: [
        ("a", 1), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("─│●", 3), ("▁█", 2), ("🙂", 2), ("❤", 1), ("한글", 4),
        ("\u{1112}\u{1161}\u{11AB}", 2), ("ｶ", 1), ("Ａ", 2), ("⣿", 1), ("", 0), ("👨‍👩‍👧", 6), ("\u{20000}", 2),
    ])
    func widths(text: String, cells: Int) {
        #expect(SafeText(text).width == cells)
    }

    @Test func tableIsSortedAndDisjoint() {
        for (left, right) in zip(WideRanges.table, WideRanges.table.dropFirst()) {
            #expect(left.upperBound < right.lowerBound)
        }
    }
}
