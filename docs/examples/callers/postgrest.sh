post() {
  curl --silent --show-error --write-out '\n%{http_code}\n' "$POSTGREST_URL/rpc/$1" \
    --header "Content-Profile: credits" --header "Content-Type: application/json" \
    --header "Authorization: Bearer $SERVICE_TOKEN" --data "$2"
}
profile=11111111-1111-4111-8111-111111111111
post open_profile '{"profile_id": "'$profile'", "credits_remaining": 500, "addon_credits": 5000}' > /dev/null
post reserve_credits '{"profile_id": "'$profile'", "cost": 2000,
                       "job_id": "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"}'
post reserve_credits '{"profile_id": "'$profile'", "cost": 9000,
                       "job_id": "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"}'
