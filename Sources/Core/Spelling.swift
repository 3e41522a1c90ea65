/// "Did you mean": the nearest of some names.
public enum Spelling {
    /// The name within a third of `word`'s length (at least 2 edits) that is nearest to it, or nil. Of equally near ones
    /// the one that begins and ends most like it: letters are left out more often than mistaken.
    public static func nearest(to word: String, among names: [String]) -> String? {
        let limit = max(2, word.count / 3)
        return names.map { (name: $0, edits: distance(word.lowercased(), $0.lowercased()), same: shared(word, $0)) }
            .filter { $0.edits <= limit }.min { ($0.edits, -$0.same) < ($1.edits, -$1.same) }?.name
    }

    /// Letters that two words share at their beginning and end.
    private static func shared(_ a: String, _ b: String) -> Int {
        let front = zip(a, b).prefix { $0 == $1 }.count
        return front + zip(a.dropFirst(front).reversed(), b.dropFirst(front).reversed()).prefix { $0 == $1 }.count
    }

    /// Edit distance (insert, delete, replace).
    public static func distance(_ a: String, _ b: String) -> Int {
        let left = Array(a), right = Array(b)
        var row = Array(0...right.count)
        for (i, x) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in right.enumerated() {
                let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (x == y ? 0 : 1))
                diagonal = row[j + 1]
                row[j + 1] = next
            }
        }
        return row[right.count]
    }
}
