use super::*;
#[test]
fn dump() {
    let base = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().join("examples");
    let mut folders: Vec<_> = std::fs::read_dir(base.join("express-styles"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.join("server.js").exists())
        .collect();
    folders.sort();
    folders.push(base.join("shop/api"));
    for f in folders {
        let places = crate::init::find::Places { folder: f.clone(), ..Default::default() };
        let project = crate::init::find::find(&places);
        let Some(p) = project.api else {
            println!("{f:?} no api");
            continue;
        };
        let api = read(&p);
        println!("== {:?} {:?} port {:?}", f.file_name().unwrap(), api.version, api.port);
        println!("  sections {:?}", api.sections);
        println!(
            "  token {:?} header {:?} scheme {:?} cookie {:?} sess {:?} aud {:?}",
            api.token,
            api.reading.header,
            api.reading.scheme,
            api.reading.cookie.is_some(),
            api.reading.session_package,
            api.reading.audience
        );
        if let Some(l) = &api.login {
            println!(
                "  login {} fields {:?} other {:?} env {:?} {:?} grant {} others {:?}\n   answer {:?}",
                l.route.request(),
                l.fields,
                l.other_keys,
                l.envelope,
                l.sending,
                l.is_grant,
                l.others,
                l.answer
            );
        }
        if let Some(s) = &api.second_step {
            println!("  step {} {:?} {:?} {:?}", s.route.request(), s.when, s.values, s.fields);
        }
        for r in [&api.refresh, &api.logout].into_iter().flatten() {
            println!("  renew {} {:?} {:?} {}", r.route.request(), r.refresh_key, r.tokens, r.is_grant);
        }
        println!(
            "  profile {:?} prep {:?} graphql {:?} unplaced {:?}",
            api.profile, api.preparation, api.graphql, api.unplaced
        );
    }
}
