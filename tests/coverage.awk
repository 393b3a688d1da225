# Adds up the lines and branches of a Cobertura file by folder of src/CifarVision, and lists what was not reached. A line that several classes share counts once.
function attribute(name,    parts) {
    return match($0, " " name "=\"[^\"]*\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : ""
}

function percent(part, whole) {
    return whole ? sprintf("%.1f %% of %d", 100 * part / whole, whole) : "none"
}

/<class / {
    file = attribute("filename")
    sub(/.*src\/CifarVision\//, "", file)
    own = 1
    # What the compilers of messages and of the library generate.
    if (file ~ /(^|\/)obj\//)
        own = 0
}
/<methods>/ { inMethods = 1 }
/<\/methods>/ { inMethods = 0 }
own && !inMethods && /<line / {
    key = file ":" attribute("number")
    if (!(key in hits))
        keys[++count] = key
    hits[key] += attribute("hits")
    if (match($0, /\([0-9]+\/[0-9]+\)/)) {
        split(substr($0, RSTART + 1, RLENGTH - 2), pair, "/")
        if (pair[1] + 0 >= reached[key] + 0)
            reached[key] = pair[1]
        branches[key] = pair[2]
    }
}

END {
    for (i = 1; i <= count; i++) {
        key = keys[i]
        split(key, place, ":")
        folder = place[1] ~ /\// ? substr(place[1], 1, index(place[1], "/") - 1) : "."
        if (!(folder in lines))
            names[++folderCount] = folder
        lines[folder]++; lines["all"]++
        hit[folder] += hits[key] > 0; hit["all"] += hits[key] > 0
        forks[folder] += branches[key]; forks["all"] += branches[key]
        taken[folder] += reached[key]; taken["all"] += reached[key]
        if (hits[key] == 0)
            print key ": not reached" > missed
        else if (reached[key] + 0 < branches[key] + 0)
            print key ": " reached[key] " of " branches[key] " branches" > missed
    }
    print "| folder | lines | branches |\n|---|---|---|" > folders
    names[++folderCount] = "all"
    for (i = 1; i <= folderCount; i++)
        print "| `" names[i] "` | " percent(hit[names[i]], lines[names[i]]) " | " percent(taken[names[i]], forks[names[i]]) " |" > folders
}
